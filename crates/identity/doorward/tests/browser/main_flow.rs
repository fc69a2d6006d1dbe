//! Tests the main flow end to end: web client → sign-in page → registration → consent → back; a
//! task; a reload; signing out.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::steps::{allow, arrive, sign_in_with};
use crate::{NEW_PASSWORD, with_browser};

#[test]
fn new_user_registers_works_and_signs_out() {
    with_browser(JavaScript::On, walk);
}

#[test]
fn new_user_registers_works_and_signs_out_without_javascript() {
    with_browser(JavaScript::Off, async |stack, browser| {
        // Without this check, the test might run with JavaScript like the other one.
        browser.open(stack.at("/login")).await;
        browser.find("#login").await;
        assert!(!browser.has(".pw button").await, "a script ran");
        walk(stack, browser).await;
    });
}

/// Fills in and submits the registration page.
pub async fn register(browser: &Browser, name: &str) {
    browser.fill("#register [name=username]", name).await;
    let email = format!("{name}@example.org");
    browser.fill("#register [name=email]", &email).await;
    send_password(browser, NEW_PASSWORD).await;
}

async fn send_password(browser: &Browser, password: &str) {
    browser.fill("#register [name=password]", password).await;
    browser
        .fill("#register [name=password_confirm]", password)
        .await;
    browser.click("#register button.primary").await;
}

async fn walk(stack: &Stack, browser: &Browser) {
    browser.open(stack.at_tasks("/web/")).await;
    browser.click("a[href='/web/login']").await;
    let at = arrive(browser, "/login").await;
    assert!(at.as_str().starts_with(stack.issuer()));
    let words = browser.visible_text().await;
    assert!(
        words.contains("to continue to Tasks"),
        "the app is named: {words}"
    );

    browser.click("a[href^='/register']").await;
    browser.fill("[name=username]", "newcomer").await;
    browser.fill("[name=email]", "newcomer@example.org").await;
    // A rejection first: it shows the reason and keeps the typed values.
    send_password(browser, "password1234").await;
    browser.find("[role=alert]").await;
    let kept = browser.property("[name=username]", "value").await;
    assert_eq!(kept.as_deref(), Some("newcomer"));
    send_password(browser, NEW_PASSWORD).await;

    arrive(browser, "/consent").await;
    allow(browser).await;
    arrive(browser, "/web/").await;
    work(browser).await;
    sign_out(stack, browser).await;

    // The second time, the account exists and no consent is requested.
    browser.open(stack.at_tasks("/web/login")).await;
    sign_in_with(browser, "newcomer", NEW_PASSWORD).await;
    arrive(browser, "/web/").await;
    assert!(browser.visible_text().await.contains("Water the plants"));
}

async fn work(browser: &Browser) {
    let words = browser.visible_text().await;
    assert!(words.contains("newcomer"), "{words}");
    browser.fill("#title", "Water the plants").await;
    browser.click("form.add button").await;
    browser.find("ul.tasks li").await;
    assert!(browser.visible_text().await.contains("Water the plants"));
    browser.reload().await;
    let words = browser.visible_text().await;
    assert!(
        words.contains("Water the plants"),
        "the values are not kept: {words}"
    );
    browser
        .click("ul.tasks form[action$='/status'] button")
        .await;
    browser.find("li.closed").await;
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.click("form[action='/web/logout'] button").await;
    browser.find("a[href='/web/login']").await;
    assert!(browser.visible_text().await.contains("You are signed out"));
    browser.open(stack.at_tasks("/web/")).await;
    browser.find("a[href='/web/login']").await;
    assert!(!browser.visible_text().await.contains("Water the plants"));

    // The session at the identity server has ended, too.
    browser.open(stack.at("/account")).await;
    arrive(browser, "/login").await;
    // The back button shows no private page.
    for _ in 0..2 {
        browser.client().back().await.expect("back");
        assert!(!browser.visible_text().await.contains("Water the plants"));
    }
}
