//! Steps that several tests share.

use doorward_testkit::PASSWORD;
use doorward_testkit::browser::Browser;
use url::Url;

use crate::app::App;

/// Fills in and submits the sign-in page.
pub async fn sign_in(browser: &Browser, name: &str) {
    sign_in_with(browser, name, PASSWORD).await;
}

/// Fills in and submits the sign-in page with this password.
pub async fn sign_in_with(browser: &Browser, name: &str, password: &str) {
    browser.fill("#login [name=identifier]", name).await;
    browser.fill("#login [name=password]", password).await;
    browser.click("#login button.primary").await;
}

/// Searches with the field in the header of a console page.
pub async fn search_console(browser: &Browser, text: &str) {
    browser.fill("header .find [name=q]", text).await;
    browser.click("header .find button").await;
}

/// Presses Allow.
pub async fn allow(browser: &Browser) {
    browser.click("#consent [value=allow]").await;
}

/// Waits for a page of the identity server.
pub async fn arrive(browser: &Browser, path: &str) -> Url {
    browser.wait_for_url(path, |url| url.path() == path).await
}

/// Waits until the browser is at the client.
pub async fn arrive_at(browser: &Browser, app: &App) -> Url {
    browser.wait_for_url("the app", |url| app.is_at(url)).await
}

/// Waits for an error page with this code.
pub async fn arrive_at_error(browser: &Browser, code: &str) {
    let words = browser
        .property("main details .mono bdi", "textContent")
        .await;
    assert_eq!(words.as_deref(), Some(code));
    let title = browser.client().title().await.expect("a title");
    assert!(title.starts_with("Error: "), "{title}");
    // There is exactly one next action.
    let ways = browser.client();
    let ways = ways
        .find_all(fantoccini::Locator::Css("main a.btn"))
        .await
        .expect("links");
    assert_eq!(ways.len(), 1);
}

/// Returns the text of the heading.
pub async fn heading(browser: &Browser) -> String {
    browser.text("h1").await
}
