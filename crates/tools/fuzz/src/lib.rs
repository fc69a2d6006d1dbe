//! Fuzz targets for the parsers of Doorward: no input may cause a panic, take long, or be
//! interpreted differently by a second, independent implementation.
//!
//! Each target is a plain function. The tests of this crate run it with the seeds in `fuzz/seeds`
//! and with deterministic mutants of them; the separate package `fuzz` runs it with the inputs that
//! libFuzzer finds by coverage (`cargo xtask fuzz`).

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

pub const TARGETS: [Target; 18] = [
    targets::access_token::TARGET,
    targets::authorization_details::TARGET,
    targets::client_certificate::TARGET,
    targets::client_document::TARGET,
    targets::dpop::TARGET,
    targets::form::TARGET,
    targets::json::TARGET,
    targets::key_set::TARGET,
    targets::ldap_message::TARGET,
    targets::ldap_name::TARGET,
    targets::redirect_uri::TARGET,
    targets::registration::TARGET,
    targets::request_object::TARGET,
    targets::saml_message::TARGET,
    targets::saml_metadata::TARGET,
    targets::saml_query::TARGET,
    targets::scim_filter::TARGET,
    targets::scope::TARGET,
];

/// Runs one input through the target with this name, within the time limit.
pub fn run_target(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("no target {name}"));
    time_limit::enforce(|| (target.run)(input));
}
