//! `[keys]`: algorithms and rotation of signing keys.

use doorward_protocol::signing_alg::SigningAlg;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// Algorithms of the signing keys, and their rotation in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub rotate_after: i64,
    pub publish_lead: i64,
    /// Signature algorithms that clients and resources may choose; always with RS256.
    pub algorithms: Vec<SigningAlg>,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "keys.rotate_after",
        Kind::duration(DAY, 3660 * DAY),
        "90d",
        "Age at which a signing key is replaced.",
    ),
    Key::new(
        "keys.publish_lead",
        Kind::duration(0, 30 * DAY),
        "10m",
        "Time between the publication of a new key in the JWKS and its first signature, so that \
         every cache has the key by then. At least twice the JWKS cache time of 5 minutes.",
    ),
    Key::new(
        "keys.algorithms",
        Kind::OneOrMoreOf(&SigningAlg::NAMES),
        "RS256 PS256 ES256 EdDSA",
        "Signature algorithms that clients and resources may choose, each with its own keys. \
         `RS256` is required. The keys of an algorithm that is removed here no longer sign; change \
         the clients and resources that use it first.",
    ),
];
