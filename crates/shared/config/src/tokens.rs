//! `[tokens]`: token lifetimes and DPoP nonces.

use doorward_rules::token_lifetimes::TokenLifetimes;

use super::key::{DAY, Kind};

section! {
    /// Lifetimes of tokens, in seconds.
    pub struct Tokens in "tokens" {
        /// Lifetime of an access token. Resource servers accept it for this time without asking the
        /// server. Clients and resources can have their own: `--access-token-ttl`.
        access_ttl: i64 = Kind::Duration(1, DAY).default("5m");
        /// Longest lifetime of access tokens that can be set for a client or a resource.
        access_ttl_max: i64 = Kind::Duration(1, DAY).default("1h");
        /// Lifetime of an ID token. Clients can have their own: `--id-token-ttl`.
        id_ttl: i64 = Kind::Duration(1, DAY).default("5m");
        /// Longest lifetime of ID tokens that can be set for a client.
        id_ttl_max: i64 = Kind::Duration(1, DAY).default("1h");
        /// Lifetime of an authorization code (RFC 6749 §4.1.2: at most ten minutes).
        code_ttl: i64 = Kind::Duration(1, 600).default("60s");
        /// Idle timeout of a refresh token. A refresh token that is not used for this time expires.
        refresh_ttl: i64 = Kind::Duration(1, 400 * DAY).default("30d");
        /// Maximum age of a refresh family since the authorization, even if it is used. Then the
        /// user must sign in again.
        refresh_absolute_ttl: i64 = Kind::Duration(1, 3660 * DAY).default("180d");
        /// Time in which a client that repeats the refresh token it has just used (a lost response,
        /// two tabs) receives the same successor, if the successor is unused. `0`: every repeat is
        /// treated as theft.
        refresh_grace: i64 = Kind::Duration(0, 60).default("10s");
        /// Requires a nonce of this server (RFC 9449 §8) in DPoP proofs for the token endpoint and
        /// pushed requests, so that no proof can be made in advance. A client without a current
        /// nonce receives `use_dpop_nonce` and repeats the request.
        require_dpop_nonce: bool = Kind::Boolean.default("false");
    }
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
