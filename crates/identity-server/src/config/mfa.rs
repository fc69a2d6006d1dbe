//! `[mfa]`: who must have a second factor.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    /// Roles whose holders must have a second factor.
    pub required_for_roles: Vec<String>,
}

/// The keys of `[mfa]`.
pub const KEYS: &[Key] = &[Key::new(
    "mfa.required_for_roles",
    Kind::Words,
    "",
    "Roles whose holders must sign in with a second factor. Who has none yet is led to set one up \
     after the password, before anything else.",
)];
