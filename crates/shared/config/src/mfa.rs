//! `[mfa]`: requirements for second factors and passkeys.

use doorward_rules::second_factor::ALL_USERS;

use super::key::{DAY, Kind, ObjectKind};

section! {
    pub struct Mfa in "mfa" {
        /// Roles that require a second factor at sign-in; `*` means every user. A user without one
        /// must enroll after entering the password, before anything else.
        required_for_roles: Vec<String> = Kind::StringList.default("").naming(ObjectKind::Role);
        /// Roles that require a passkey at sign-in, alone or after another method; `*` means every
        /// user. A user without one signs in with the available methods and must add a passkey
        /// before anything else.
        passkey_for_roles: Vec<String> = Kind::StringList.default("").naming(ObjectKind::Role);
        /// Lifetime of a trusted device, in whole days. After a sign-in with both factors, users
        /// can choose to skip the second factor in this browser. It is skipped only if no rule
        /// other than the user's own choice requires it, and the session then counts as one factor.
        /// `0s`: disabled.
        trust_devices_for: i64 = Kind::Duration(0, 90 * DAY).default("0s");
    }
}

impl Mfa {
    /// Returns true if every user must have a second factor.
    pub fn is_required_for_all(&self) -> bool {
        self.required_for_roles.iter().any(|role| role == ALL_USERS)
    }
}
