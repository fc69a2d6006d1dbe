//! Tests interruptions: reload, back, expired flows and two tabs lead to a usable page, and nothing
//! is executed twice.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::app::App;
use crate::main_flow::register;
use crate::steps::{allow, arrive, arrive_at, arrive_at_error, sign_in, sign_in_with};
use crate::{NEW_PASSWORD, stayed_clean, with_browser, with_settings};

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

#[test]
fn back_and_reload_keep_current_step() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        browser.reload().await;
        browser.find("#consent").await;
        // The previous page is the sign-in page, which redirects a signed-in user.
        browser.client().back().await.expect("back");
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;

        browser.client().back().await.expect("back");
        arrive_at_error(browser, "flow_finished").await;
        browser.click("main a.btn").await;
        arrive(browser, "/account").await;
        assert_eq!(app.answers().len(), 1);
    });
}

#[test]
fn two_tabs_complete_separate_sign_ins() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let client = browser.client();
        let first = client.window().await.unwrap();
        browser
            .open(app.authorization(stack).with("state", "first").url())
            .await;
        browser.find("#login").await;
        let second = browser.open_tab();
        client.switch_to_window(second).await.unwrap();
        browser
            .open(app.authorization(stack).with("state", "second").url())
            .await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;

        client.switch_to_window(first).await.unwrap();
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        let states: Vec<_> = app
            .answers()
            .iter()
            .map(|answer| answer.parameters["state"].clone())
            .collect();
        assert_eq!(states, ["second", "first"]);
    });
}

#[test]
fn consent_form_counts_once() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let client = browser.client();
        browser.open(app.authorization(stack).url()).await;
        sign_in(browser, "alice").await;
        let consent = arrive(browser, "/consent").await;
        let first = client.window().await.unwrap();
        let second = browser.open_tab();
        client.switch_to_window(second).await.unwrap();
        browser.open(consent).await;
        allow(browser).await;
        arrive_at(browser, &app).await;

        client.switch_to_window(first).await.unwrap();
        allow(browser).await;
        arrive_at_error(browser, "flow_finished").await;
        assert_eq!(app.answers().len(), 1);
    });
}

#[test]
fn sign_in_expires() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        browser.find("#login").await;
        stack.clock.advance(31 * 60);
        sign_in(browser, "alice").await;
        arrive_at_error(browser, "flow_expired").await;
        // The same request continues.
        browser.click("main a.btn").await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert_eq!(app.answers().len(), 1);
    });
}

#[test]
fn password_reset_returns_to_app() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        browser.click("#login a[href^='/forgot-password']").await;
        browser.fill("#forgot [name=identifier]", "alice").await;
        browser.click("#forgot button.primary").await;
        browser
            .wait_for_url("sent", |url| {
                url.query().is_some_and(|query| query.contains("sent"))
            })
            .await;
        let link = stack.mail("alice@example.org").await.link(stack.issuer());
        browser.open(&link).await;
        browser.fill("#password", NEW_PASSWORD).await;
        browser.fill("#password_confirm", NEW_PASSWORD).await;
        browser.click("#new-password button.primary").await;
        browser.click("main a.btn[href^='/login?flow=']").await;
        sign_in_with(browser, "alice", NEW_PASSWORD).await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert_eq!(app.answers().len(), 1);
    });
}

/// Registers at an app and opens the mail link on a telephone: both browsers continue.
#[test]
fn mail_link_opens_on_another_device() {
    with_settings(
        JavaScript::On,
        VERIFY,
        async |stack: &Stack, browser: &Browser| {
            let app = App::start();
            browser.open(app.authorization(stack).url()).await;
            browser.click("a[href^='/register']").await;
            register(browser, "newcomer").await;
            arrive(browser, "/verify-email").await;

            let telephone = Browser::start(JavaScript::On).await;
            let link = stack
                .mail("newcomer@example.org")
                .await
                .link(stack.issuer());
            telephone.open(&link).await;
            sign_in_with(&telephone, "newcomer", NEW_PASSWORD).await;
            telephone.click("#step button.primary").await;
            arrive(&telephone, "/account").await;
            stayed_clean(&telephone).await;

            browser.click("main a.btn[href^='/login?flow=']").await;
            sign_in_with(browser, "newcomer", NEW_PASSWORD).await;
            arrive(browser, "/consent").await;
            allow(browser).await;
            arrive_at(browser, &app).await;
            assert_eq!(app.answers().len(), 1);
        },
    );
}

#[test]
fn deleted_cookies_show_stale_form_error() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        browser.find("#login").await;
        browser.client().delete_all_cookies().await.unwrap();
        sign_in(browser, "alice").await;
        arrive_at_error(browser, "stale_form").await;
        // The same sign-in, but the server sees another browser.
        browser.click("main a.btn").await;
        arrive_at_error(browser, "other_browser").await;
        assert!(app.answers().is_empty());
    });
}
