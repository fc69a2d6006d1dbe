//! `[clients]`: settings for every registered client.

use doorward_domain::model::AssertionAudience;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Settings for every client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// Accepted audiences of client assertions.
    pub assertion_audience: AssertionAudience,
}

/// The keys of `[clients]`.
pub const KEYS: &[Key] = &[Key::new(
    "clients.assertion_audience",
    Kind::OneOf(&["issuer_or_endpoint", "issuer"]),
    "issuer_or_endpoint",
    "Accepted `aud` values of client assertions (`private_key_jwt`), always as a single string. \
     `issuer_or_endpoint`: the issuer, the token endpoint (OpenID Connect Core §9), or the \
     endpoint of a pushed or CIBA request. `issuer`: the issuer only, as FAPI 2.0 requires \
     (draft-ietf-oauth-rfc7523bis). A client can override it.",
)];
