//! `[login]`: the ways in that are there besides the password and passkeys.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The ways in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Whether people may sign in with a mailed code or link.
    pub email_code: bool,
}

/// The keys of `[login]`.
pub const KEYS: &[Key] = &[Key::new(
    "login.email_code",
    Kind::Boolean,
    "false",
    "Whether people may sign in with a code or link that is mailed to their proved address, without a \
     password. It counts as one factor, and never as the second one: whoever reads the mail is in, so \
     the accounts are as safe as the mailboxes.",
)];

#[cfg(test)]
mod tests;
