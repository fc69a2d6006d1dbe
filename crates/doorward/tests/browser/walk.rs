//! The main job, end to end: web client → sign-in page → registration → consent → back; a task;
//! a reload; signing out.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::{NEW_PASSWORD, with_browser};

#[test]
fn a_newcomer_registers_works_and_signs_out() {
    with_browser(JavaScript::On, walk);
}

#[test]
fn the_same_without_javascript() {
    with_browser(JavaScript::Off, async |stack, browser| {
        // Otherwise this test would show nothing that the other does not.
        browser.open(stack.at("/login")).await;
        assert!(!browser.has("[data-show-password], button.show").await);
        walk(stack, browser).await;
    });
}

async fn walk(stack: &Stack, browser: &Browser) {
    register(stack, browser).await;
    browser
        .wait_for_url("the consent page", |url| url.path() == "/consent")
        .await;
    browser.click("#consent [name=decision][value=allow]").await;
    browser
        .wait_for_url("the web client", |url| url.path() == "/web/")
        .await;
    assert!(
        browser.words().await.contains("newcomer"),
        "{}",
        browser.words().await
    );
    work(browser).await;
    sign_out(stack, browser).await;

    // The second time there is an account, and no question.
    browser.open(stack.at_tasks("/web/login")).await;
    browser.fill("[name=identifier]", "newcomer").await;
    browser.fill("[name=password]", NEW_PASSWORD).await;
    browser.click("#login button.primary").await;
    browser
        .wait_for_url("the web client", |url| url.path() == "/web/")
        .await;
    assert!(browser.words().await.contains("Water the plants"));
    let errors = browser.console_errors().await;
    let errors: Vec<_> = errors
        .iter()
        // The refused password was answered with a 4xx, which Chromium counts as an error.
        .filter(|message| !message.contains("Failed to load resource"))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

async fn register(stack: &Stack, browser: &Browser) {
    browser.open(stack.at_tasks("/web/")).await;
    browser.click("a[href='/web/login']").await;
    let at = browser
        .wait_for_url("the sign-in page", |url| url.path() == "/login")
        .await;
    assert!(at.as_str().starts_with(stack.issuer()));
    assert!(browser.words().await.contains("Tasks"), "the app is named");

    browser.click("a[href^='/register']").await;
    browser.fill("[name=username]", "newcomer").await;
    browser.fill("[name=email]", "newcomer@example.org").await;
    // A refusal first: it says why, and keeps what was typed.
    browser.fill("[name=password]", "password1234").await;
    browser
        .fill("[name=password_confirm]", "password1234")
        .await;
    browser.click("#register button.primary").await;
    browser.find("[role=alert]").await;
    let kept = browser
        .find("[name=username]")
        .await
        .prop("value")
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("newcomer"));
    browser.fill("[name=password]", NEW_PASSWORD).await;
    browser.fill("[name=password_confirm]", NEW_PASSWORD).await;
    browser.click("#register button.primary").await;
}

async fn work(browser: &Browser) {
    browser.fill("#title", "Water the plants").await;
    browser.click("form.add button").await;
    browser.find("ul.tasks li").await;
    assert!(browser.words().await.contains("Water the plants"));
    browser.reload().await;
    assert!(
        browser.words().await.contains("Water the plants"),
        "kept over a reload"
    );
    browser
        .click("ul.tasks form[action$='/status'] button")
        .await;
    browser.find("li.closed").await;
}

async fn sign_out(stack: &Stack, browser: &Browser) {
    browser.click("form[action='/web/logout'] button").await;
    let outside = |url: &url::Url| url.path() == "/web/" || url.path().contains("logout");
    browser.wait_for_url("a page for strangers", outside).await;
    confirm_if_asked(browser).await;
    browser.open(stack.at_tasks("/web/")).await;
    browser.find("a[href='/web/login']").await;
    assert!(!browser.words().await.contains("Water the plants"));
    // At the identity server nobody is signed in either.
    browser.click("a[href='/web/login']").await;
    browser
        .wait_for_url("the sign-in page", |url| url.path() == "/login")
        .await;
    // Back shows no private page.
    browser.client().back().await.expect("back");
    browser.client().back().await.expect("back");
    assert!(!browser.words().await.contains("Water the plants"));
}

async fn confirm_if_asked(browser: &Browser) {
    if browser.has("form[action*='logout'] [name=confirm]").await {
        browser.click("form[action*='logout'] button").await;
    }
}
