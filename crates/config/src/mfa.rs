//! `[mfa]`: requirements for second factors and passkeys.

use doorward_rules::second_factor::ALL_USERS;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, ObjectKind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    pub required_for_roles: Vec<String>,
    pub passkey_for_roles: Vec<String>,
    /// Seconds for which users may trust a browser; 0: trusted devices are disabled.
    pub trust_devices_for: i64,
}

impl Mfa {
    /// Returns true if every user must have a second factor.
    pub fn is_required_for_all(&self) -> bool {
        self.required_for_roles.iter().any(|role| role == ALL_USERS)
    }
}

pub const KEYS: &[Key] = &[
    Key::new(
        "mfa.required_for_roles",
        Kind::StringList,
        "",
        "Roles that require a second factor at sign-in; `*` means every user. A user without one \
         must enroll after entering the password, before anything else.",
    )
    .naming(ObjectKind::Role),
    Key::new(
        "mfa.passkey_for_roles",
        Kind::StringList,
        "",
        "Roles that require a passkey at sign-in, alone or after another method; `*` means every \
         user. A user without one signs in with the available methods and must add a passkey \
         before anything else.",
    )
    .naming(ObjectKind::Role),
    Key::new(
        "mfa.trust_devices_for",
        Kind::duration(0, 90 * DAY),
        "0s",
        "Lifetime of a trusted device, in whole days. After a sign-in with both factors, users \
         can choose to skip the second factor in this browser. It is skipped only if no rule \
         other than the user's own choice requires it, and the session then counts as one factor. \
         `0s`: disabled.",
    ),
];
