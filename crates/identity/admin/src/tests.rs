//! Tests of administration on a real store in memory.

mod clients;
mod delegation;
mod keys;
mod new_password;
mod offboarding;
mod once;
mod operations;
mod people;
mod renames;
mod roles;
mod secret_key;
mod setup;
mod source;

use doorward_domain::model::{AuditKind, User};
use doorward_domain::time::Clock;
use doorward_store::repo;

use super::testing::{AUDIENCE, NOW, World, person};

/// Clients hold the version as an ETag over an upgrade.
#[test]
fn version_is_cut_hash_of_json() {
    let version = super::operator::version(&serde_json::json!({ "name": "a" }));
    assert_eq!(version, "2dcZsnSAtVzUkYAg50c-cQ");
}
