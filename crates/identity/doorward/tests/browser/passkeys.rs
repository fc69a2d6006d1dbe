//! Tests passkeys in Chromium with its virtual authenticator.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::stack::HOST;

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::with_settings;

const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];
const FACTOR_REQUIRED: &[(&str, &str)] =
    &[LOCALHOST[0], ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "*")];
const BUTTON: &str = "[data-passkey]";
const PAGE: &str = "/account/security/passkeys";

/// Signs in by password and adds a passkey: two clicks from the account page.
async fn add(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    browser.click(&format!("a[href='{PAGE}']")).await;
    browser.click(BUTTON).await;
    browser.find(&format!("form[action='{PAGE}/rename']")).await;
    assert!(
        browser
            .visible_text()
            .await
            .contains("The passkey was added.")
    );
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
}

#[test]
fn passkey_is_created_used_cancelled_and_removed() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        let device = browser.plug_in_authenticator().await;
        // Otherwise autofill would answer before the button is pressed.
        browser.set_presence(&device, true).await;
        add(stack, browser).await;
        assert_eq!(browser.credentials(&device).await.len(), 1);
        sign_out(stack, browser).await;

        browser.set_presence(&device, false).await;
        browser.open(stack.at("/login")).await;
        browser.find(BUTTON).await;
        picture_in_both(browser, "sign-in-passkey").await;
        browser.set_presence(&device, true).await;
        browser.click(BUTTON).await;
        arrive(browser, "/account").await;
        picture(browser, "account-passkey").await;
        sign_out(stack, browser).await;

        // The authenticator does not verify the user; the form shows no error and still works.
        browser.set_verified(&device, false).await;
        browser.open(stack.at("/login")).await;
        browser.click(BUTTON).await;
        browser.find(BUTTON).await;
        assert_eq!(browser.url().await.path(), "/login");
        assert!(!browser.has("[role=alert]").await);
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        browser.set_verified(&device, true).await;

        browser.open(stack.at(PAGE)).await;
        browser.click("main details summary").await;
        picture(browser, "passkeys").await;
        browser.click("button[formaction$='/remove']").await;
        browser
            .wait_until_absent(&format!("form[action='{PAGE}/rename']"))
            .await;
        assert!(
            browser
                .visible_text()
                .await
                .contains("The passkey was removed.")
        );
        picture_in_both(browser, "passkeys-none").await;
    });
}

#[test]
fn autofill_signs_in_without_click() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        let device = browser.plug_in_authenticator().await;
        add(stack, browser).await;
        sign_out(stack, browser).await;
        // The virtual authenticator selects at once the passkey that a user would select from the
        // list.
        browser.open(stack.at("/login")).await;
        arrive(browser, "/account").await;
        browser.unplug_authenticator(&device).await;
    });
}

#[test]
fn required_passkey_is_enrolled_and_requested() {
    with_settings(JavaScript::On, FACTOR_REQUIRED, async |stack, browser| {
        let device = browser.plug_in_authenticator().await;
        browser.set_presence(&device, false).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account/security/2fa").await;
        picture_in_both(browser, "two-factor-passkey").await;
        browser.set_presence(&device, true).await;
        browser.click(&format!("a.primary[href='{PAGE}']")).await;
        browser.click(BUTTON).await;
        browser.find(&format!("form[action='{PAGE}/rename']")).await;
        sign_out(stack, browser).await;

        browser.set_presence(&device, false).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/login/2fa").await;
        picture(browser, "second-step-passkey").await;
        browser.set_presence(&device, true).await;
        browser.click(BUTTON).await;
        arrive(browser, "/account").await;
    });
}

#[test]
fn passkeys_are_explained_without_javascript() {
    with_settings(JavaScript::Off, LOCALHOST, async |stack, browser| {
        browser.open(stack.at("/login")).await;
        let words = browser.visible_text().await;
        assert!(words.contains("To use a passkey"), "{words}");
        assert!(!words.contains("Use a passkey"), "{words}");
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
    });
}

/// Tests that the first passkey is offered once: cancelling the browser's dialog changes nothing,
/// and "Not now" defers the next offer.
#[test]
fn passkey_offer_is_declined_or_postponed() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        let device = browser.plug_in_authenticator().await;
        // The authenticator refuses user verification, as if the dialog were cancelled.
        browser.set_verified(&device, false).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        picture_in_both(browser, "account-offer").await;
        browser
            .click(&format!("#passkey-offer a[href='{PAGE}']"))
            .await;
        browser.click(BUTTON).await;
        browser.find(BUTTON).await;
        assert_eq!(browser.url().await.path(), PAGE);
        assert!(!browser.has("[role=alert]").await);
        assert!(browser.credentials(&device).await.is_empty());
        browser.open(stack.at("/account")).await;
        browser.click("#passkey-offer button").await;
        browser.wait_until_absent("#passkey-offer").await;
        sign_out(stack, browser).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        assert!(!browser.has("#passkey-offer").await);
        // The button still works.
        browser.set_verified(&device, true).await;
        browser.open(stack.at(PAGE)).await;
        browser.click(BUTTON).await;
        browser.find(&format!("form[action='{PAGE}/rename']")).await;
    });
}

/// Credentials as password managers give them: 1Password, Proton Pass, Enpass and `KeePassXC` replace
/// the methods of the browser.
const UNUSABLE: [&str; 4] = [
    "delete PublicKeyCredential.prototype.toJSON;",
    "PublicKeyCredential.prototype.toJSON = () => { throw new TypeError('Illegal invocation'); };",
    "PublicKeyCredential.prototype.toJSON = () => ({});",
    // A plain object with raw bytes, without methods.
    "for (let how of ['create', 'get']) {
       let native = navigator.credentials[how].bind(navigator.credentials);
       navigator.credentials[how] = async options => {
         let { id, rawId, type, response: it } = await native(options), response = {};
         for (let name in it) if (it[name] instanceof ArrayBuffer) response[name] = new Uint8Array(it[name]);
         return { id, rawId, type, response };
       };
     }",
];

#[test]
fn credential_without_usable_json_adds_and_signs_in() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        let device = browser.plug_in_authenticator().await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        for script in UNUSABLE {
            browser.set_presence(&device, true).await;
            browser.open(stack.at(PAGE)).await;
            browser.execute(script).await;
            browser.click(BUTTON).await;
            browser.find(&format!("form[action='{PAGE}/rename']")).await;
            sign_out(stack, browser).await;
            // Otherwise autofill would answer before the script is replaced.
            browser.set_presence(&device, false).await;
            browser.open(stack.at("/login")).await;
            browser.find(BUTTON).await;
            browser.execute(script).await;
            browser.set_presence(&device, true).await;
            browser.click(BUTTON).await;
            arrive(browser, "/account").await;
            browser.open(stack.at(PAGE)).await;
            browser.click("main details summary").await;
            browser.click("button[formaction$='/remove']").await;
            browser
                .wait_until_absent(&format!("form[action='{PAGE}/rename']"))
                .await;
        }
    });
}

/// Each error of the browser but a cancel has a text.
#[test]
fn error_of_browser_has_text() {
    with_settings(JavaScript::On, LOCALHOST, async |stack, browser| {
        let fails = |how: &str, name: &str| {
            format!(
                "navigator.credentials.{how} = async () => {{ throw new DOMException('', '{name}'); }};"
            )
        };
        browser.open(stack.at("/login")).await;
        for (name, text) in [
            ("NotAllowedError", None),
            ("AbortError", None),
            ("SecurityError", Some("could not use the passkey")),
            ("UnknownError", Some("could not use the passkey")),
            ("InvalidStateError", Some("could not use the passkey")),
        ] {
            browser.execute(&fails("get", name)).await;
            browser.click(BUTTON).await;
            shows(browser, name, text).await;
        }
        let nothing = "navigator.credentials.get = async () => null;";
        browser.execute(nothing).await;
        browser.click(BUTTON).await;
        shows(browser, "null", Some("could not use the passkey")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        browser.open(stack.at(PAGE)).await;
        browser.execute(&fails("create", "InvalidStateError")).await;
        browser.click(BUTTON).await;
        let known = "already has a passkey";
        shows(browser, "InvalidStateError", Some(known)).await;
    });
}

/// Checks the only alert of the page.
async fn shows(browser: &Browser, name: &str, text: Option<&str>) {
    match text {
        Some(text) => {
            let shown = browser.text("[role=alert]").await;
            assert!(shown.contains(text), "{name}: {shown}");
        }
        None => assert!(!browser.has("[role=alert]").await, "{name}"),
    }
}
