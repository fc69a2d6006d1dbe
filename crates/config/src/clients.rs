//! `[clients]`: settings for every registered client.

use doorward_domain::model::{AssertionAudience, PkcePolicy};
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    pub assertion_audience: AssertionAudience,
    /// PKCE policy of confidential clients that are created without one.
    pub pkce: PkcePolicy,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "clients.assertion_audience",
        Kind::OneOf(&["issuer_or_endpoint", "issuer"]),
        "issuer_or_endpoint",
        "Accepted `aud` values of client assertions (`private_key_jwt`), always as a single \
         string. `issuer_or_endpoint`: the issuer, the token endpoint (OpenID Connect Core §9), or \
         the endpoint of a pushed or CIBA request. `issuer`: the issuer only, as FAPI 2.0 requires \
         (draft-ietf-oauth-rfc7523bis). A client can override it.",
    ),
    Key::new(
        "clients.pkce",
        PKCE,
        "auto",
        "PKCE policy of confidential clients that are created without one, and of those with a \
         client metadata document. `required`: every sign-in needs PKCE (RFC 7636); `auto`: PKCE \
         becomes required after ten sign-ins in a row that used it; `optional`: PKCE is never \
         required. Public clients always need PKCE. Existing clients do not change.",
    ),
];

/// The values of a PKCE policy.
pub const PKCE: Kind = Kind::OneOf(&["required", "auto", "optional"]);
