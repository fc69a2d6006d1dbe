//! Tests that the browsers of two tests share nothing, although they may share a process.

use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};
use doorward_testkit::{Backend, Stack, stack};
use serde_json::json;

/// A script that returns what another test may have left.
const LEFT: &str = "return [document.cookie, localStorage.length, sessionStorage.length,
    innerWidth < 500, matchMedia('(prefers-color-scheme: dark)').matches];";

#[test]
fn next_browser_has_no_storage_and_no_settings() {
    stack::run(Backend::SqliteMemory, async |stack: &Stack| {
        for _ in 0..2 {
            let browser = Browser::start(JavaScript::On).await;
            assert!(browser.requests().await.is_empty());
            browser.open(stack.at("/login")).await;
            let left = browser.execute(LEFT).await;
            assert_eq!(left, json!(["", 0, 0, false, false]));
            let device = browser.plug_in_authenticator().await;
            assert!(browser.credentials(&device).await.is_empty());
            browser
                .execute("document.cookie = 'left=here'; localStorage.left = sessionStorage.left = 'here';")
                .await;
            browser.resize(390, 844).await;
            browser.prefer(ColorScheme::Dark).await;
            browser.set_scripts_enabled(false).await;
        }
    });
}
