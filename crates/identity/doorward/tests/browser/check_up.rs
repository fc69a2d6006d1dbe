//! The check-up and the support code in the browser, with and without JavaScript.

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{PASSWORD, Stack, UserAgent};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, heading, search_console, sign_in};
use crate::with_browser;

/// Signs in as alice with another browser, which becomes the first known device.
async fn sign_in_elsewhere(stack: &Stack) -> UserAgent {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    stack.clock.advance(60);
    agent
}

/// Opens the account in the browser, which is a new device.
async fn open_account(stack: &Stack, browser: &Browser) {
    sign_in_elsewhere(stack).await;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
}

#[test]
fn event_is_reviewed_in_two_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_account(stack, browser).await;
            browser.click("main a[href='/account/check-up']").await;
            arrive(browser, "/account/check-up").await;
            assert_eq!(heading(browser).await, "Security check-up");
            browser.click("#check-up button").await;
            let text = browser.text("main .notice").await;
            assert_eq!(text, "There is nothing to check.");
        });
    }
}

#[test]
fn unknown_event_leads_to_secured_account() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            open_account(stack, browser).await;
            browser.click("main a[href='/account/check-up']").await;
            browser.click("#check-up a").await;
            arrive(browser, "/account/secure").await;
            browser.click("#secure button.primary").await;
            arrive(browser, "/account/secure/password").await;
        });
    }
}

/// Checks the task "Open the account of a caller": two clicks and one field.
#[test]
fn support_code_opens_account_in_two_clicks() {
    for javascript in [JavaScript::On, JavaScript::Off] {
        with_browser(javascript, async |stack: &Stack, browser: &Browser| {
            let agent = sign_in_elsewhere(stack).await;
            let page = agent.get(stack.at("/account/support-code")).await;
            let page = agent.submit(&page.form("#support-code")).await;
            let code = page.text_of("#code").expect("a code");
            browser.open(stack.at("/admin")).await;
            sign_in(browser, "admin").await;
            arrive(browser, "/admin").await;
            search_console(browser, &code).await;
            arrive(browser, "/admin/support-code").await;
            browser.click("#entry button.primary").await;
            browser.find(".summary").await;
            assert!(browser.text(".summary").await.contains("alice@example.org"));
        });
    }
}

#[test]
fn check_up_and_support_code_are_pictured() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        open_account(stack, browser).await;
        browser.click("main a[href='/account/check-up']").await;
        arrive(browser, "/account/check-up").await;
        picture_in_both(browser, "check-up").await;
        browser.click("#check-up button").await;
        browser.find("main .notice").await;
        picture(browser, "check-up-nothing").await;
        browser.open(stack.at("/account/support-code")).await;
        picture_in_both(browser, "support-code").await;
        browser.click("#support-code button").await;
        browser.find("#code").await;
        picture(browser, "support-code-made").await;
    });
}
