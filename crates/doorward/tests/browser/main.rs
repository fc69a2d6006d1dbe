//! What a person sees and does, in Chromium: the tasks web client and the identity server, with
//! JavaScript on and off, on a telephone and on a desk, light and dark.
//!
//! Every check here also holds its pages to this: no error in the console (where Chromium reports
//! what a content security policy refused), and not one request to another host.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account_pictures;
mod activity;
mod app;
mod axe;
mod consent;
mod cors;
mod device;
mod email_code;
mod form_post;
mod frontchannel;
mod inert;
mod interruption;
mod keyboard;
mod keyboard_account;
mod languages;
mod mailbox;
mod passkeys;
mod policy;
mod preferences;
mod profile;
mod prompt;
mod providers;
mod rarely;
mod rejected;
mod roles;
mod screenshots;
mod steps;
mod story;
mod trusted_device;
mod two_factor;
mod walk;

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Backend, Stack, stack};

/// A password that the policy accepts.
const NEW_PASSWORD: &str = "violet ladder 73 harbour moss";

/// Runs a check against a fresh stack and a fresh browser.
fn with_browser(javascript: JavaScript, check: impl AsyncFnOnce(&Stack, &Browser)) {
    with_settings(javascript, &[], check);
}

/// Like [`with_browser`], with settings of the identity server by their environment names.
fn with_settings(
    javascript: JavaScript,
    settings: &[(&str, &str)],
    check: impl AsyncFnOnce(&Stack, &Browser),
) {
    stack::run_with(Backend::SqliteMemory, settings, async |stack: &Stack| {
        let browser = Browser::start(javascript).await;
        check(stack, &browser).await;
        stayed_clean(&browser).await;
    });
}

/// Nothing in the console, nobody else on the line.
async fn stayed_clean(browser: &Browser) {
    let errors: Vec<String> = browser
        .console_errors()
        .await
        .into_iter()
        // A page that says what was wrong comes with a 4xx, which Chromium counts as an error.
        .filter(|message| !message.contains("the server responded with a status of 4"))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let requests = browser.requests().await;
    assert!(requests.len() > 2, "the network log is empty");
    for url in requests {
        // `data:` is no request, and `chrome:` is the tab before its first page.
        let ours = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
        let outside = !matches!(url.scheme(), "data" | "chrome" | "about");
        assert!(ours || !outside, "asked somebody else: {url}");
    }
}
