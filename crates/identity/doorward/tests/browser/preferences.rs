//! Tests language and colour scheme, selected during a sign-in without JavaScript: the sign-in
//! continues.

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::app::App;
use crate::steps::{allow, arrive, arrive_at, heading, sign_in, sign_in_with};
use crate::with_browser;

#[test]
fn german_and_dark_stay_through_whole_sign_in() {
    with_browser(JavaScript::Off, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        browser.open(app.authorization(stack).url()).await;
        choose(browser, "lang", "de").await;
        assert_eq!(heading(browser).await, "Anmelden");
        // After a rejected password, the page is the response to a form; it must keep the
        // authorization request.
        sign_in_with(browser, "alice", "not the password").await;
        browser.find("[role=alert]").await;
        choose(browser, "theme", "dark").await;
        browser.find("html[lang=de][data-theme=dark]").await;
        assert!(
            browser.visible_text().await.contains("The native-app"),
            "kept"
        );
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        browser.find("html[lang=de][data-theme=dark]").await;
        choose(browser, "theme", "light").await;
        browser.find("html[lang=de][data-theme=light]").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        assert!(app.answer().parameters.contains_key("code"));
    });
}

/// Opens the menu and presses the button.
pub async fn choose(browser: &Browser, name: &str, value: &str) {
    let button = format!("button[name={name}][value={value}]");
    browser
        .click(&format!("details:has({button}) summary"))
        .await;
    browser.click(&button).await;
    browser.find(&format!("{button}[aria-current=true]")).await;
}
