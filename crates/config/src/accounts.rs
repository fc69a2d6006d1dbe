//! `[accounts]`: what becomes of accounts.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE};

/// The life of accounts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Seconds between the wish for deletion and the deletion.
    pub deletion_grace: i64,
    /// Seconds that a self-registered account may owe the proof of its address; 0: any time.
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
        "How long an account waits after its owner asked for its deletion. Until then it cannot be \
         used, and its owner can keep it; after that it is gone with everything that belongs to it.",
    ),
    Key::new(
        "accounts.unverified_ttl",
        Kind::Duration {
            min: 0,
            max: 400 * DAY,
        },
        "7d",
        "An account that somebody registered and never proved the address of is removed after so \
         long, where `registration.verify_email` is in force: its user name and address are free \
         again. Its user name is free for others after a day. Accounts that an operator made stay. \
         `0s`: never.",
    ),
];
