//! `[login]`: sign-in methods other than password and passkey.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub email_code: bool,
}

pub const KEYS: &[Key] = &[Key::new(
    "login.email_code",
    Kind::Boolean,
    "false",
    "Enables sign-in with a code or link that is mailed to the user's verified e-mail address, \
     without a password. It counts as one factor and cannot be the second one. Anyone who can \
     read the mailbox can sign in, so accounts are only as secure as the mailboxes.",
)];

#[cfg(test)]
mod tests;
