//! `[keys]`: rotation of signing keys.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// Rotation of the signing keys, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Age in seconds at which a signing key is replaced.
    pub rotate_after: i64,
    /// Seconds between the publication of a new key and its first signature.
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
        "Age at which a signing key is replaced.",
    ),
    Key::new(
        "keys.publish_lead",
        Kind::Duration {
            min: 0,
            max: 30 * DAY,
        },
        "10m",
        "Time between the publication of a new key in the JWKS and its first signature, so that \
         every cache has the key by then. At least twice the JWKS cache time of 5 minutes.",
    ),
];
