//! `[tokens]`: how long each token lives.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// Lifetimes, all in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Access tokens, in seconds.
    pub access_ttl: i64,
    /// ID tokens, in seconds.
    pub id_ttl: i64,
    /// Authorization codes, in seconds (RFC 6749 §4.1.2 recommends at most 600).
    pub code_ttl: i64,
    /// Refresh tokens since their last use, in seconds.
    pub refresh_ttl: i64,
    /// Refresh token families since the person agreed, in seconds; rotation never moves it.
    pub refresh_absolute_ttl: i64,
    /// How long a repeat of the last spent refresh token gets the same successor, in seconds.
    pub refresh_grace: i64,
    /// Whether DPoP proofs for tokens need a nonce of this server (RFC 9449 §8).
    pub require_dpop_nonce: bool,
}

/// The keys of `[tokens]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "tokens.access_ttl",
        Kind::Duration { min: 1, max: DAY },
        "5m",
        "Life of an access token. Resource servers believe it for so long without asking.",
    ),
    Key::new(
        "tokens.id_ttl",
        Kind::Duration { min: 1, max: DAY },
        "5m",
        "Life of an ID token.",
    ),
    Key::new(
        "tokens.code_ttl",
        Kind::Duration { min: 1, max: 600 },
        "60s",
        "Life of an authorization code (RFC 6749 §4.1.2: at most ten minutes).",
    ),
    Key::new(
        "tokens.refresh_ttl",
        Kind::Duration {
            min: 1,
            max: 400 * DAY,
        },
        "30d",
        "A refresh token that is not used for so long expires.",
    ),
    Key::new(
        "tokens.refresh_absolute_ttl",
        Kind::Duration {
            min: 1,
            max: 3660 * DAY,
        },
        "180d",
        "After so long the person signs in again, however often the refresh token was used.",
    ),
    Key::new(
        "tokens.refresh_grace",
        Kind::Duration { min: 0, max: 60 },
        "10s",
        "A client that repeats the refresh token it has just spent (a lost answer, two tabs) gets \
         the very same successor within this time, as long as the successor is unused. `0` treats \
         every repeat as theft.",
    ),
    Key::new(
        "tokens.require_dpop_nonce",
        Kind::Boolean,
        "false",
        "Whether a DPoP proof for the token endpoint, or beside a pushed request, has to carry a nonce \
         of this server (RFC 9449 §8), so that none can be made in advance. A client without a \
         current one is told it with `use_dpop_nonce` and asks again.",
    ),
];
