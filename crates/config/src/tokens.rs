//! `[tokens]`: token lifetimes and DPoP nonces.

use doorward_rules::token_lifetimes::TokenLifetimes;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind};

/// Lifetimes of tokens, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    pub access_ttl: i64,
    pub access_ttl_max: i64,
    pub id_ttl: i64,
    pub id_ttl_max: i64,
    /// Lifetime of authorization codes (RFC 6749 §4.1.2 recommends at most 600).
    pub code_ttl: i64,
    pub refresh_ttl: i64,
    /// Maximum age of refresh families since the authorization; rotation does not extend it.
    pub refresh_absolute_ttl: i64,
    pub refresh_grace: i64,
    /// True if DPoP proofs for tokens require a nonce of this server (RFC 9449 §8).
    pub require_dpop_nonce: bool,
}

impl Tokens {
    /// Returns the lifetimes of access tokens and ID tokens.
    pub const fn lifetimes(&self) -> TokenLifetimes {
        TokenLifetimes {
            access: self.access_ttl,
            access_max: self.access_ttl_max,
            id: self.id_ttl,
            id_max: self.id_ttl_max,
        }
    }
}

pub const KEYS: &[Key] = &[
    Key::new(
        "tokens.access_ttl",
        Kind::duration(1, DAY),
        "5m",
        "Lifetime of an access token. Resource servers accept it for this time without asking the \
         server. Clients and resources can have their own: `--access-token-ttl`.",
    ),
    Key::new(
        "tokens.access_ttl_max",
        Kind::duration(1, DAY),
        "1h",
        "Longest lifetime of access tokens that can be set for a client or a resource.",
    ),
    Key::new(
        "tokens.id_ttl",
        Kind::duration(1, DAY),
        "5m",
        "Lifetime of an ID token. Clients can have their own: `--id-token-ttl`.",
    ),
    Key::new(
        "tokens.id_ttl_max",
        Kind::duration(1, DAY),
        "1h",
        "Longest lifetime of ID tokens that can be set for a client.",
    ),
    Key::new(
        "tokens.code_ttl",
        Kind::duration(1, 600),
        "60s",
        "Lifetime of an authorization code (RFC 6749 §4.1.2: at most ten minutes).",
    ),
    Key::new(
        "tokens.refresh_ttl",
        Kind::duration(1, 400 * DAY),
        "30d",
        "Idle timeout of a refresh token. A refresh token that is not used for this time expires.",
    ),
    Key::new(
        "tokens.refresh_absolute_ttl",
        Kind::duration(1, 3660 * DAY),
        "180d",
        "Maximum age of a refresh family since the authorization, even if it is used. Then the \
         user must sign in again.",
    ),
    Key::new(
        "tokens.refresh_grace",
        Kind::duration(0, 60),
        "10s",
        "Time in which a client that repeats the refresh token it has just used (a lost response, \
         two tabs) receives the same successor, if the successor is unused. `0`: every repeat is \
         treated as theft.",
    ),
    Key::new(
        "tokens.require_dpop_nonce",
        Kind::Boolean,
        "false",
        "Requires a nonce of this server (RFC 9449 §8) in DPoP proofs for the token endpoint and \
         pushed requests, so that no proof can be made in advance. A client without a current \
         nonce receives `use_dpop_nonce` and repeats the request.",
    ),
];
