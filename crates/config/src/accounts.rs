//! `[accounts]`: deletion and expiry of accounts.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE};

/// Settings of the account life cycle.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Seconds between a deletion request and the deletion.
    pub deletion_grace: i64,
    /// Maximum age in seconds of a self-registered account with an unverified address; 0: no limit.
    pub unverified_ttl: i64,
}

/// The keys of `[accounts]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "accounts.deletion_grace",
        Kind::Duration {
            min: MINUTE,
            max: 400 * DAY,
        },
        "14d",
        "Time between a user's deletion request and the deletion of the account. During this time \
         the account cannot be used and the user can cancel the deletion. Afterwards the account \
         and everything that belongs to it are deleted.",
    ),
    Key::new(
        "accounts.unverified_ttl",
        Kind::Duration {
            min: 0,
            max: 400 * DAY,
        },
        "7d",
        "Maximum age of a self-registered account whose e-mail address is not verified, if \
         `registration.verify_email` is in effect. Then the account is removed, and its user name \
         and address are free again. Its user name is free for others after one day. Accounts \
         created by an operator are kept. `0s`: no limit.",
    ),
];
