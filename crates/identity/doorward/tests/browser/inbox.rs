//! Tests mails, read in the inbox: a new user verifies the address during an authorization request,
//! and replaces a forgotten password.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::main_flow::register;
use crate::steps::{allow, arrive, heading, sign_in_with};
use crate::{NEW_PASSWORD, with_settings};

const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const OTHER_PASSWORD: &str = "copper meadow 19 lantern frost";

#[test]
fn new_user_verifies_address_and_resets_password() {
    with_settings(JavaScript::On, VERIFY, verify_and_reset_by_mail);
}

#[test]
fn new_user_verifies_and_resets_password_without_javascript() {
    with_settings(JavaScript::Off, VERIFY, verify_and_reset_by_mail);
}

/// Opens the newest mail and its link.
pub async fn follow_newest(stack: &Stack, browser: &Browser) {
    stack.wait_for_jobs().await;
    browser.open(stack.at("/dev/mail")).await;
    browser.click(".rows li:first-child a").await;
    browser.click("#open").await;
}

async fn verify_and_reset_by_mail(stack: &Stack, browser: &Browser) {
    // From the client: registration, mail, button, sign-in, consent.
    browser.open(stack.at_tasks("/web/login")).await;
    arrive(browser, "/login").await;
    browser.click("a[href^='/register']").await;
    register(browser, "newcomer").await;
    arrive(browser, "/verify-email").await;
    assert_eq!(heading(browser).await, "Check your mail");
    follow_newest(stack, browser).await;
    arrive(browser, "/login").await;
    sign_in_with(browser, "newcomer", NEW_PASSWORD).await;
    let at = arrive(browser, "/verify-email").await;
    assert!(
        !at.as_str().contains("token"),
        "the token is removed from the address: {at}"
    );
    assert!(
        browser
            .visible_text()
            .await
            .contains("newcomer@example.org")
    );
    browser.click("#step button").await;
    arrive(browser, "/consent").await;
    allow(browser).await;
    arrive(browser, "/web/").await;

    // The new password signs the user out.
    browser.open(stack.at("/forgot-password")).await;
    browser
        .fill("#forgot [name=identifier]", "newcomer@example.org")
        .await;
    browser.click("#forgot button").await;
    browser.find("main a[href='/login']").await;
    follow_newest(stack, browser).await;
    let at = arrive(browser, "/reset-password").await;
    assert!(
        !at.as_str().contains("token"),
        "the token is removed from the address: {at}"
    );
    for field in ["password", "password_confirm"] {
        let selector = format!("#new-password [name={field}]");
        browser.fill(&selector, OTHER_PASSWORD).await;
    }
    browser.click("#new-password button.primary").await;
    browser.find("main a[href='/login']").await;
    assert_eq!(heading(browser).await, "Your password is set");
    browser.open(stack.at("/account")).await;
    arrive(browser, "/login").await;
    sign_in_with(browser, "newcomer", OTHER_PASSWORD).await;
    arrive(browser, "/account").await;
}
