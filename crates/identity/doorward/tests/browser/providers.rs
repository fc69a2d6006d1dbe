//! Tests sign-in with an identity provider in Chromium: two Doorwards, one upstream of the other;
//! with the keyboard only, and without JavaScript.

use doorward_access::clock::Clock as _;
use doorward_admin::providers::ProviderSpec;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::stack::HOST;
use doorward_testkit::upstream::{CLIENT_ID, CLIENT_SECRET, Misbehavior, Upstream};
use doorward_testkit::{Backend, Stack};
use fantoccini::key::Key;
use serde_json::json;

use crate::keyboard::{press, tab_to};
use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::with_settings;

/// Cookies ignore ports, so the two instances need different host names.
pub const UPSTREAM: &[(&str, &str)] = &[
    (HOST, "localhost"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
const BUTTON: &str = "[formaction='/login/with/doorward']";
const LINKS: &str = "/account/providers";

/// Starts a second Doorward and registers it as the identity provider of the first.
pub async fn upstream_of(stack: &Stack) -> Stack {
    let upstream = Stack::start(Backend::SqliteMemory).await;
    let client = upstream.seed.trusted.clone();
    let callback = stack.at("/login/callback/doorward");
    upstream
        .change_client(&client.id, |upstream| {
            upstream.redirect_uris = vec![callback];
        })
        .await;
    let spec = ProviderSpec {
        name: Some("The other Doorward".to_owned()),
        issuer: Some(upstream.issuer().to_owned()),
        client_id: client.id,
        client_secret: client.secret,
        ..ProviderSpec::default()
    };
    stack.put_provider("doorward", &spec).await;
    upstream
}

/// Waits until the browser is on this page of one of the two instances.
async fn at(browser: &Browser, stack: &Stack, path: &str) {
    let origin = url::Url::parse(stack.issuer()).unwrap().origin();
    let requested = |url: &url::Url| url.origin() == origin && url.path() == path;
    browser.wait_for_url(path, requested).await;
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
}

async fn doorward_signs_in_with_doorward(stack: &Stack, browser: &Browser) {
    let upstream = upstream_of(stack).await;
    browser.open(stack.at("/login")).await;
    browser.click(BUTTON).await;
    // The first sign-in: authentication there, and a user name here.
    at(browser, &upstream, "/login").await;
    sign_in(browser, "alice").await;
    at(browser, stack, "/login/new").await;
    let name = browser.property("[name=username]", "value").await;
    assert_eq!(name.as_deref(), Some("alice"));
    // The user name is taken here.
    browser.click("#welcome button.primary").await;
    browser.find("[role=alert]").await;
    browser.fill("[name=username]", "alice-from-there").await;
    browser
        .fill("[name=email]", "alice@elsewhere.example")
        .await;
    browser.click("#welcome button.primary").await;
    at(browser, stack, "/account").await;
    let visible = browser.visible_text().await;
    assert!(visible.contains("alice@elsewhere.example"), "{visible}");
    sign_out(stack, browser).await;

    // The next sign-in: one click, because there is a session at the identity provider.
    browser.open(stack.at("/login")).await;
    let words = browser.text(BUTTON).await;
    assert!(words.contains("Last used"), "{words}");
    browser.click(BUTTON).await;
    at(browser, stack, "/account").await;
    let visible = browser.visible_text().await;
    assert!(visible.contains("alice@elsewhere.example"), "{visible}");
    sign_out(stack, browser).await;

    // Without that session: the button, and the identity provider's prompt.
    sign_out(&upstream, browser).await;
    browser.open(stack.at("/login")).await;
    browser.click(BUTTON).await;
    at(browser, &upstream, "/login").await;
    sign_in(browser, "alice").await;
    at(browser, stack, "/account").await;
}

#[test]
fn doorward_signs_in_with_upstream_doorward() {
    with_settings(JavaScript::On, UPSTREAM, doorward_signs_in_with_doorward);
}

#[test]
fn doorward_signs_in_with_upstream_without_javascript() {
    with_settings(JavaScript::Off, UPSTREAM, doorward_signs_in_with_doorward);
}

async fn enter(browser: &Browser, selector: &str) {
    tab_to(browser, selector).await;
    press(browser, Key::Enter).await;
}

/// Starts a simulated identity provider, and stores it as `acme`.
pub async fn acme(stack: &Stack) -> Upstream {
    let upstream = Upstream::start(stack.clock.now());
    upstream.set_claims(json!({
        "sub": "248289761001", "email": "jane@upstream.example", "email_verified": true,
        "preferred_username": "jane",
    }));
    let spec = ProviderSpec {
        name: Some("Acme".to_owned()),
        issuer: Some(upstream.issuer().to_owned()),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(CLIENT_SECRET.to_owned()),
        trusts_email: Some(true),
        ..ProviderSpec::default()
    };
    stack.put_provider("acme", &spec).await;
    upstream
}

#[test]
fn provider_is_linked_and_unlinked_by_keyboard() {
    with_settings(JavaScript::On, UPSTREAM, async |stack, browser| {
        let _upstream = acme(stack).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        enter(browser, ".side a[href='/account/security']").await;
        arrive(browser, "/account/security").await;
        picture(browser, "sign-in-methods").await;
        enter(browser, &format!("a[href='{LINKS}']")).await;
        arrive(browser, LINKS).await;
        picture(browser, "linked-accounts-none").await;
        enter(browser, "#add [value=acme]").await;
        browser.find(".rows form button").await;
        assert!(
            browser
                .visible_text()
                .await
                .contains("The account is connected.")
        );
        picture_in_both(browser, "linked-accounts").await;
        enter(browser, ".rows form button").await;
        browser.wait_until_absent(".rows form button").await;
        assert!(
            browser
                .visible_text()
                .await
                .contains("The account is disconnected.")
        );
    });
}

#[test]
fn provider_pages_are_pictured() {
    with_settings(JavaScript::On, UPSTREAM, async |stack, browser| {
        let upstream = acme(stack).await;
        browser.open(stack.at("/login")).await;
        picture_in_both(browser, "sign-in-providers").await;
        upstream.set_misbehavior(Misbehavior::NoPage);
        browser.open(stack.at("/login")).await;
        browser.click("[formaction='/login/with/acme']").await;
        browser.find("main a[rel=noreferrer]").await;
        picture(browser, "going").await;
        upstream.set_misbehavior(Misbehavior::Denies);
        browser.click("main a[rel=noreferrer]").await;
        browser.find("[role=alert]").await;
        picture(browser, "sign-in-denied").await;
        upstream.repents();
        browser.click("[formaction='/login/with/acme']").await;
        arrive(browser, "/login/new").await;
        picture_in_both(browser, "welcome").await;
        browser.fill("[name=username]", "alice").await;
        browser.click("#welcome button.primary").await;
        browser.find("[role=alert]").await;
        picture(browser, "welcome-error").await;
        // The user of the account with this address authenticates and links it.
        stack.set_email_verified("alice", true).await;
        upstream.set_claims(json!({
            "sub": "1", "email": "alice@example.org", "email_verified": true,
        }));
        browser.open(stack.at("/login")).await;
        browser.click("[formaction='/login/with/acme']").await;
        arrive(browser, "/login/new").await;
        browser.find("main a.btn.primary").await;
        picture(browser, "welcome-prove").await;
        browser.click("main a.btn.primary").await;
        arrive(browser, "/login").await;
        sign_in(browser, "alice").await;
        browser.find("#connect button").await;
        picture(browser, "linked-accounts-waiting").await;
        browser.click("#connect button").await;
        browser.find(".rows form button").await;
        assert!(
            browser
                .visible_text()
                .await
                .contains("The account is connected.")
        );
    });
}

/// Shows why a session has ended, in the browser and on the account page.
#[test]
fn shows_reason_of_session_end() {
    with_settings(JavaScript::On, &[], async |stack, browser| {
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        stack.end_sessions("alice").await;
        browser.open(stack.at("/login")).await;
        browser.click("a[href='/login/ended']").await;
        browser.find("#why").await;
        picture_in_both(browser, "session-ended").await;
        browser.click("main a.btn.primary").await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        browser.click("main a[href='/account/sessions']").await;
        browser.click("a[href='/account/sessions/ended']").await;
        browser.find(".rows").await;
        picture_in_both(browser, "ended-sessions").await;
    });
}

/// Tests `form_post` as Apple uses it: a form of another site without cookies, then a GET request
/// with them.
#[test]
fn form_post_response_from_provider_signs_in() {
    with_settings(JavaScript::On, UPSTREAM, async |stack, browser| {
        let upstream = acme(stack).await;
        let spec = ProviderSpec {
            issuer: Some(upstream.issuer().to_owned()),
            client_id: CLIENT_ID.to_owned(),
            form_post: Some(true),
            ..ProviderSpec::default()
        };
        stack.put_provider("acme", &spec).await;
        browser.open(stack.at("/login")).await;
        browser.click("[formaction='/login/with/acme']").await;
        arrive(browser, "/login/new").await;
        browser.find("#welcome").await;
    });
}
