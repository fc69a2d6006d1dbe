//! Tests the account with the keyboard only: registration, second factor, password reset, sessions
//! (WCAG 2.1.1, 2.4.3, 2.4.7).

use doorward_access::clock::Clock as _;
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Authorization, PASSWORD, Stack, UserAgent};
use fantoccini::key::Key;

use crate::inbox::follow_newest;
use crate::keyboard::{gains_focus, press, tab_to};
use crate::steps::{arrive, heading, sign_in};
use crate::two_factor::{CONFIRM, HOME, scan};
use crate::{NEW_PASSWORD, with_browser, with_settings};

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

/// Moves the focus to a field and types.
async fn type_into(browser: &Browser, selector: &str, text: &str) {
    tab_to(browser, selector).await;
    browser.press(text).await;
}

/// Moves the focus to a button or link and presses Enter.
async fn enter(browser: &Browser, selector: &str) {
    tab_to(browser, selector).await;
    press(browser, Key::Enter).await;
}

#[test]
fn registering_takes_no_mouse() {
    with_settings(
        JavaScript::On,
        VERIFY,
        async |stack: &Stack, browser: &Browser| {
            browser.open(stack.at("/register")).await;
            browser.find("#register").await;
            type_into(browser, "[name=username]", "newcomer").await;
            type_into(browser, "[name=email]", "newcomer@example.org").await;
            type_into(browser, "[name=password]", NEW_PASSWORD).await;
            // Two different passwords first: the focus is on the error message, which links to the
            // field.
            type_into(browser, "[name=password_confirm]", "something else").await;
            enter(browser, "#register button.primary").await;
            browser.find("[role=alert]").await;
            gains_focus(browser, "[role=alert]").await;
            enter(browser, "[role=alert] a").await;
            // Pages never show passwords again.
            type_into(browser, "[name=password]", NEW_PASSWORD).await;
            type_into(browser, "[name=password_confirm]", NEW_PASSWORD).await;
            enter(browser, "#register button.primary").await;
            arrive(browser, "/verify-email").await;
            follow_newest(stack, browser).await;
            arrive(browser, "/login").await;
            type_into(browser, "#login [name=identifier]", "newcomer").await;
            type_into(browser, "#login [name=password]", NEW_PASSWORD).await;
            enter(browser, "#login button.primary").await;
            arrive(browser, "/verify-email").await;
            enter(browser, "#step button").await;
            arrive(browser, "/account").await;
        },
    );
}

#[test]
fn second_factor_takes_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        sign_in(browser, "bob").await;
        arrive(browser, "/account").await;
        enter(browser, "a[href='/account/security/2fa']").await;
        browser.find("form[action$='/start']").await;
        enter(browser, "form[action$='/start'] button").await;
        let app = scan(browser).await;
        type_into(browser, "#code", &app.code_at(stack.clock.now())).await;
        enter(browser, CONFIRM).await;
        browser.find("[name=saved]").await;
        tab_to(browser, "[name=saved]").await;
        browser.press(" ").await;
        enter(browser, "form[action$='/saved'] button").await;
        arrive(browser, HOME).await;
        browser.open(stack.at("/logout")).await;
        browser.find("#logout").await;
        enter(browser, "#logout button.primary").await;
        browser.find("main a[href='/login']").await;
        enter(browser, "main a[href='/login']").await;
        arrive(browser, "/login").await;
        sign_in(browser, "bob").await;
        arrive(browser, "/login/2fa").await;
        // Enter in the field submits the form.
        type_into(browser, "#code", "000000").await;
        press(browser, Key::Enter).await;
        browser.find("[role=alert]").await;
        gains_focus(browser, "[role=alert]").await;
        stack.clock.advance(30);
        type_into(browser, "#code", &app.code_at(stack.clock.now())).await;
        press(browser, Key::Enter).await;
        arrive(browser, "/account").await;
    });
}

#[test]
fn forgotten_password_takes_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser.find("#login").await;
        enter(browser, "a[href='/forgot-password']").await;
        arrive(browser, "/forgot-password").await;
        type_into(browser, "#forgot [name=identifier]", "alice").await;
        enter(browser, "#forgot button").await;
        browser.find("main a[href='/login']").await;
        follow_newest(stack, browser).await;
        arrive(browser, "/reset-password").await;
        for field in ["password", "password_confirm"] {
            let selector = format!("#new-password [name={field}]");
            type_into(browser, &selector, NEW_PASSWORD).await;
        }
        enter(browser, "#new-password button.primary").await;
        browser.find("main a[href='/login']").await;
        assert_eq!(heading(browser).await, "Your password is set");
    });
}

#[test]
fn account_takes_no_mouse() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let client = &stack.seed.trusted;
        let request = Authorization::new(stack.issuer(), client);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        assert_eq!(stack.exchange(client, &code).await.status, 200);
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        for (button, section) in [("client_id", "apps"), ("session", "sessions")] {
            let path = format!("/account/{section}");
            enter(browser, &format!("nav a[href='{path}']")).await;
            arrive(browser, &path).await;
            let selector = format!("button[name={button}]");
            enter(browser, &selector).await;
            browser.wait_until_absent(&selector).await;
            // The confirmation is where a screen reader starts.
            browser.find("[role=status]").await;
        }
        enter(browser, "nav a[href='/account/security']").await;
        arrive(browser, "/account/security").await;
        enter(browser, "a[href='/account/password']").await;
        arrive(browser, "/account/password").await;
        type_into(browser, "#current_password", PASSWORD).await;
        type_into(browser, "#password", NEW_PASSWORD).await;
        type_into(browser, "#password_confirm", NEW_PASSWORD).await;
        enter(browser, "#new-password button.primary").await;
        arrive(browser, "/account").await;
        enter(browser, "nav a[href='/account/profile']").await;
        browser.find("#profile").await;
        type_into(browser, "#nickname", "Al").await;
        enter(browser, "#profile button.primary").await;
        browser.find("[role=status]").await;
    });
}
