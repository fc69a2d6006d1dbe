//! `[clients]`: what holds for every registered client.

use doorward_domain::model::AssertionAudience;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Settings for every client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// The audiences of client assertions.
    pub assertion_audience: AssertionAudience,
}

/// The keys of `[clients]`.
pub const KEYS: &[Key] = &[Key::new(
    "clients.assertion_audience",
    Kind::OneOf(&["issuer_or_endpoint", "issuer"]),
    "issuer_or_endpoint",
    "The `aud` that client assertions (`private_key_jwt`) may have, always as a single string: the issuer, \
     or also the token endpoint (OpenID Connect Core §9) and the endpoint of a pushed or CIBA request. \
     `issuer`: the issuer only, as FAPI 2.0 demands (draft-ietf-oauth-rfc7523bis). A client may have its own \
     setting.",
)];
