//! `[mfa]`: who must have a second factor.

use doorward_domain::rules::second_factor::EVERYBODY;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    /// Roles whose holders must have a second factor.
    pub required_for_roles: Vec<String>,
}

impl Mfa {
    /// Whether everybody must have a second factor.
    pub fn is_for_everybody(&self) -> bool {
        self.required_for_roles.iter().any(|role| role == EVERYBODY)
    }
}

/// The keys of `[mfa]`.
pub const KEYS: &[Key] = &[Key::new(
    "mfa.required_for_roles",
    Kind::Words,
    "",
    "Roles whose holders must sign in with a second factor; `*` stands for everybody. Who has none yet \
     is led to set one up after the password, before anything else.",
)];
