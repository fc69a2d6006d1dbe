//! Tests "This wasn't me", from the account page to a new password, with and without JavaScript;
//! takes pictures of its pages.

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{PASSWORD, Stack, UserAgent};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, heading, sign_in};
use crate::{NEW_PASSWORD, with_browser};

#[test]
fn from_account_to_new_password() {
    with_browser(JavaScript::On, this_was_not_me);
}

#[test]
fn from_account_to_new_password_without_javascript() {
    with_browser(JavaScript::Off, this_was_not_me);
}

/// Signs in from another browser with wrong passwords and the correct one.
async fn sign_in_elsewhere(stack: &Stack) {
    for password in ["a wrong password", "another one", PASSWORD] {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let form = page.form("#login").with("identifier", "alice");
        agent.submit(&form.with("password", password)).await;
        stack.clock.advance(3600);
    }
}

async fn this_was_not_me(stack: &Stack, browser: &Browser) {
    sign_in_elsewhere(stack).await;
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    browser.click("main a[href='/account/activity']").await;
    arrive(browser, "/account/activity").await;
    assert!(
        browser
            .visible_text()
            .await
            .contains("A sign-in failed: wrong password")
    );
    browser.click("nav a[href$='show=sign-in']").await;
    browser
        .find("nav a[aria-current][href$='show=sign-in']")
        .await;
    browser.click(".rows li:last-child a.link").await;
    arrive(browser, "/account/secure").await;
    browser.click("#secure button.primary").await;
    arrive(browser, "/account/secure/password").await;
    browser.click("main a.primary").await;
    arrive(browser, "/account/password").await;
    browser.fill("#current_password", PASSWORD).await;
    browser.fill("#password", NEW_PASSWORD).await;
    browser.fill("#password_confirm", NEW_PASSWORD).await;
    // The account page shows the latest events.
    stack.clock.advance(60);
    browser.click("#new-password button.primary").await;
    arrive(browser, "/account/secure/review").await;
    assert_eq!(heading(browser).await, "Look around");
    browser.click("main a.primary").await;
    arrive(browser, "/account").await;
    assert!(
        browser
            .visible_text()
            .await
            .contains("The password was changed")
    );
}

#[test]
fn activity_pages_are_pictured() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        sign_in_elsewhere(stack).await;
        browser.open(stack.at("/login")).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/account").await;
        picture(browser, "account-activity").await;
        browser.open(stack.at("/account/activity")).await;
        picture_in_both(browser, "activity").await;
        browser.click(".rows li:last-child a.link").await;
        arrive(browser, "/account/secure").await;
        picture_in_both(browser, "secure").await;
        browser.click("#secure button.primary").await;
        arrive(browser, "/account/secure/password").await;
        picture_in_both(browser, "secure-password").await;
        browser.open(stack.at("/account/secure/review")).await;
        picture_in_both(browser, "secure-review").await;
        stack.wait_for_jobs().await;
        browser.open(stack.at("/dev/mail")).await;
        browser.click(".rows li:first-child a").await;
        browser.find("#open").await;
        picture(browser, "mail-disowned").await;
    });
}
