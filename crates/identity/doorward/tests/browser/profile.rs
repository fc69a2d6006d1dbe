//! Tests profile, picture and personal data, with and without JavaScript.

use std::path::Path;

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::steps::{arrive, heading, sign_in};
use crate::with_browser;

#[test]
fn profile_is_edited() {
    with_browser(JavaScript::On, edit);
}

#[test]
fn profile_is_edited_without_javascript() {
    with_browser(JavaScript::Off, edit);
}

async fn value(browser: &Browser, selector: &str) -> String {
    browser
        .property(selector, "value")
        .await
        .unwrap_or_default()
}

/// Opens the group of a field.
pub async fn unfold(browser: &Browser, field: &str) {
    let input = browser.find(&format!("#{field}")).await;
    if input.is_displayed().await.expect("an answer") {
        return;
    }
    let summary = format!("details:has(#{field}) > summary");
    browser.click(&summary).await;
}

async fn edit(stack: &Stack, browser: &Browser) {
    browser.open(stack.at("/login")).await;
    sign_in(browser, "alice").await;
    arrive(browser, "/account").await;
    browser.click("nav a[href='/account/profile']").await;
    arrive(browser, "/account/profile").await;
    // The groups below the name are folded.
    let folded = browser.find("#bio").await;
    assert!(!folded.is_displayed().await.expect("an answer"));
    for field in ["bio", "zoneinfo"] {
        unfold(browser, field).await;
    }
    browser.fill("#nickname", "Al").await;
    browser.fill("#bio", "Gardener.").await;
    browser.fill("#birthdate", "23.5.1984").await;
    browser.fill("#zoneinfo", "new york").await;
    browser.click("#profile button.primary").await;
    // The error message links to the field; the other values are still there.
    browser.find("[role=alert] a[href='#birthdate']").await;
    assert_eq!(value(browser, "#nickname").await, "Al");
    assert_eq!(value(browser, "#birthdate").await, "23.5.1984");
    browser.fill("#birthdate", "1984-05-23").await;
    browser.click("#profile button.primary").await;
    browser
        .wait_for_url("saved", |url| url.query() == Some("done=saved"))
        .await;
    assert_eq!(value(browser, "#bio").await, "Gardener.");
    assert_eq!(value(browser, "#zoneinfo").await, "America/New_York");

    // A picture from a file.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/images/sign-in.png");
    let path = file.canonicalize().expect("a picture");
    unfold(browser, "picture").await;
    let field = browser.find("#picture").await;
    let typed = field.send_keys(path.to_str().expect("a name")).await;
    typed.expect("a file");
    browser.click("#picture-form button").await;
    browser
        .wait_for_url("kept", |url| url.query() == Some("done=picture"))
        .await;
    let picture = browser.find("img[src^='/avatars/']").await;
    assert!(picture.is_displayed().await.expect("an answer"));

    // Account deletion: requested and cancelled.
    browser.open(stack.at("/account/data")).await;
    browser.fill("#username", "alice").await;
    browser.click("#data-delete button").await;
    arrive(browser, "/account/keep").await;
    assert!(heading(browser).await.contains("will be deleted on"));
    browser.click("#keep button").await;
    arrive(browser, "/account").await;
    assert!(browser.visible_text().await.contains("Your account stays"));
}
