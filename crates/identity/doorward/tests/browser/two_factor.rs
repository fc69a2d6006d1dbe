//! Tests the second factor from the account page to the next sign-in, with and without JavaScript.

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::steps::{arrive, sign_in};
use crate::with_browser;

/// The path of the second-factor page.
pub const HOME: &str = "/account/security/2fa";
/// The selector of the button that confirms the enrollment.
pub const CONFIRM: &str = "#confirm button.primary";

/// Returns the authenticator app's secret, read from the displayed page.
pub async fn scan(browser: &Browser) -> TotpSecret {
    browser.find("svg.qr path").await;
    let key = browser.text("#key").await;
    TotpSecret::from_base32(&key).expect("base32")
}

#[test]
fn from_account_to_next_sign_in() {
    with_browser(JavaScript::On, set_up_and_sign_in);
}

#[test]
fn from_account_to_next_sign_in_without_javascript() {
    with_browser(JavaScript::Off, set_up_and_sign_in);
}

async fn set_up_and_sign_in(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    // Three clicks and a code.
    browser.click("a[href='/account/security/2fa']").await;
    browser.click("form[action$='/start'] button").await;
    arrive(browser, "/account/security/2fa/set-up").await;
    let app = scan(browser).await;
    browser.fill("#code", &app.code_at(stack.clock.now())).await;
    browser.click(CONFIRM).await;
    browser.find("a[download]").await;
    let recovery = browser.text("ul.pair code").await;
    browser.click("[name=saved]").await;
    browser.click("form[action$='/saved'] button").await;
    arrive(browser, HOME).await;
    assert!(
        browser
            .visible_text()
            .await
            .contains("10 recovery codes are left")
    );

    for code in [None, Some(recovery)] {
        browser.open(stack.at("/logout")).await;
        browser.click("#logout button.primary").await;
        browser.find("main a[href='/login']").await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/login/2fa").await;
        let code = if let Some(recovery) = code {
            browser.click("a[href$='way=recovery']").await;
            browser.find("input[name=way][value=recovery]").await;
            recovery
        } else {
            stack.clock.advance(30);
            app.code_at(stack.clock.now())
        };
        browser.fill("#code", &code).await;
        browser.click("#second-step button.primary").await;
        arrive(browser, "/account").await;
    }
}
