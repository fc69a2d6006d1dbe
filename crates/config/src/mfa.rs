//! `[mfa]`: who must have a second factor.

use doorward_domain::rules::second_factor::EVERYBODY;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// The second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    /// Roles whose holders must have a second factor.
    pub required_for_roles: Vec<String>,
    /// Roles whose holders must sign in with a passkey.
    pub passkey_for_roles: Vec<String>,
    /// Seconds for which people may trust a browser; 0: they may not.
    pub trust_devices_for: i64,
}

impl Mfa {
    /// Whether everybody must have a second factor.
    pub fn is_for_everybody(&self) -> bool {
        self.required_for_roles.iter().any(|role| role == EVERYBODY)
    }
}

/// The keys of `[mfa]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "mfa.required_for_roles",
        Kind::StringList,
        "",
        "Roles whose holders must sign in with a second factor; `*` stands for everybody. Who has none \
         yet is led to set one up after the password, before anything else.",
    ),
    Key::new(
        "mfa.passkey_for_roles",
        Kind::StringList,
        "",
        "Roles whose holders must sign in with a passkey, alone or after another proof; `*` stands for \
         everybody. Who has none yet proves what they have, and is led to add one before anything else.",
    ),
    Key::new(
        "mfa.trust_devices_for",
        Kind::Duration {
            min: 0,
            max: 90 * DAY,
        },
        "0s",
        "For how long people may trust a browser, in whole days: after both steps they can choose not to be \
         asked for the second one there. It is spared only where nobody but themselves demands it, and \
         the session then counts as one factor. `0s`: they cannot.",
    ),
];
