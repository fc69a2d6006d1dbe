//! Tests of the user interface in Chromium: the tasks web client and the identity server, with
//! JavaScript on and off, in mobile and desktop sizes, light and dark.
//!
//! Every test also checks that the console has no error (Chromium reports content security policy
//! violations there), and that no request goes to another host.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account_lifecycle;
mod account_navigation;
mod account_pictures;
mod activity;
mod admin;
mod app;
#[path = "../../../../features/as-code/tests/browser.rs"]
mod as_code;
mod axe;
mod brands;
#[path = "../api/console/budget_table.rs"]
#[expect(dead_code, reason = "the tests of `api` use more of it")]
mod budget_table;
mod check_up;
mod consent;
mod console;
mod console_bulk;
mod console_clicks;
mod console_gallery;
mod console_languages;
mod console_lists;
mod console_pickers;
mod console_providers;
#[path = "../../../../features/access-reviews/tests/browser.rs"]
mod console_reviews;
mod console_rules;
mod console_script;
mod console_settings;
mod console_task;
mod console_tasks;
mod cors;
mod device;
mod email_code;
mod escaping;
#[path = "../../../../features/campaigns/tests/browser.rs"]
mod factor_campaign;
#[path = "../api/console/factor_objects.rs"]
mod factor_objects;
mod first_start;
mod form_post;
mod frontchannel;
#[path = "../../../../features/impersonation/tests/browser.rs"]
mod impersonation;
mod inbox;
mod interruption;
mod keyboard;
mod keyboard_account;
mod keyboard_console;
mod languages;
#[path = "../../../../features/ldap-server/tests/browser.rs"]
mod ldap_passwords;
mod leaving;
mod main_flow;
#[path = "../../../../features/notices/tests/browser.rs"]
mod notices;
#[path = "../api/console/objects.rs"]
mod objects;
mod passkeys;
mod preferences;
mod profile;
mod prompt;
mod providers;
mod rare_pages;
mod rejected;
mod roles;
mod screenshots;
mod shared_process;
mod showcase;
#[path = "../../../../features/sites/tests/browser.rs"]
mod sites;
#[path = "../../../../features/sites/tests/browser_sites.rs"]
mod sites_behind_proxy;
mod steps;
#[path = "../api/console/stream_objects.rs"]
mod stream_objects;
mod trusted_device;
mod two_factor;

use std::path::{Path, PathBuf};

use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::{Backend, Stack, stack};

/// A password that the policy accepts.
const NEW_PASSWORD: &str = "violet ladder 73 harbour moss";

/// Runs a test with a new stack and a new browser.
fn with_browser(javascript: JavaScript, check: impl AsyncFnOnce(&Stack, &Browser)) {
    with_settings(javascript, &[], check);
}

/// Runs a test like [`with_browser`] with settings of the identity server by environment names.
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

/// Asserts that the console has no errors and that all requests went to this machine.
async fn stayed_clean(browser: &Browser) {
    let errors: Vec<String> = browser
        .console_errors()
        .await
        .into_iter()
        // An error page has status 4xx, which Chromium reports as an error.
        .filter(|message| !message.contains("the server responded with a status of 4"))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let requests = browser.requests().await;
    assert!(requests.len() > 2, "the network log is empty");
    for url in requests {
        // `data:` is not a request, and `chrome:` is the tab before its first page.
        let ours = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
        let outside = !matches!(url.scheme(), "data" | "chrome" | "about");
        assert!(ours || !outside, "request to another host: {url}");
    }
}

/// Returns this folder of each feature that has it.
fn in_features(folder: &str) -> Vec<PathBuf> {
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../features");
    let features = std::fs::read_dir(features).unwrap();
    features
        .map(|feature| feature.unwrap().path().join(folder))
        .filter(|folder| folder.exists())
        .collect()
}
