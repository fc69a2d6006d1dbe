//! `[keys]`: when signing keys change.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// Rotation of the signing keys, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Age in seconds at which a key is replaced.
    pub rotate_after: i64,
    /// Seconds for which a new key is published before it signs.
    pub publish_lead: i64,
}

/// The keys of `[keys]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "keys.rotate_after",
        Kind::Duration {
            min: DAY,
            max: 3660 * DAY,
        },
        "90d",
        "A signing key is replaced at this age.",
    ),
    Key::new(
        "keys.publish_lead",
        Kind::Duration {
            min: 0,
            max: 30 * DAY,
        },
        "10m",
        "A new key is in the JWKS for so long before it signs, so that every cache knows it by \
         then. At least twice the JWKS cache time of 5 minutes.",
    ),
];
