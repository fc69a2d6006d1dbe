//! What any input must not do to the parsers of Doorward: panic, take long, or be taken for something
//! else than a second, differently built reader takes it for.
//!
//! Each target is a plain function. The tests of this crate feed it the seeds in `fuzz/seeds` and what a
//! deterministic mutator makes of them; the package `fuzz` beside the workspace feeds it what libFuzzer
//! finds by coverage (`cargo xtask fuzz`).

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure is a panic with its input"
)]

pub mod base64url;
pub mod json;
pub mod keys;
pub mod mutate;
pub mod target;
pub mod targets;
mod time_limit;

use target::Target;

/// Every target.
pub const TARGETS: [Target; 12] = [
    targets::access_token::TARGET,
    targets::authorization_details::TARGET,
    targets::client_certificate::TARGET,
    targets::client_document::TARGET,
    targets::dpop::TARGET,
    targets::form::TARGET,
    targets::json::TARGET,
    targets::key_set::TARGET,
    targets::redirect_uri::TARGET,
    targets::registration::TARGET,
    targets::request_object::TARGET,
    targets::scope::TARGET,
];

/// Runs one input through the target of this name, within the time that there is.
pub fn judge(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("no target {name}"));
    time_limit::held(|| (target.run)(input));
}
