//! What a person sees and does, in Chromium: the tasks web client and the identity server, with
//! JavaScript on and off, on a telephone and on a desk, light and dark.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod keyboard;
mod screenshots;
mod walk;

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

/// A password that the policy accepts.
const NEW_PASSWORD: &str = "violet ladder 73 harbour moss";

/// Runs a check against a fresh stack and a fresh browser.
fn with_browser(javascript: JavaScript, check: impl AsyncFnOnce(&Stack, &Browser)) {
    doorward_testkit::stack::run(
        doorward_testkit::Backend::SqliteMemory,
        async |stack: &Stack| {
            let browser = Browser::start(javascript).await;
            check(stack, &browser).await;
        },
    );
}
