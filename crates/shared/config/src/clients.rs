//! `[clients]`: settings for every registered client.

use doorward_domain::model::{AssertionAudience, PkcePolicy};

use super::key::Kind;

section! {
    pub struct Clients in "clients" {
        /// Accepted `aud` values of client assertions (`private_key_jwt`), always as a single
        /// string. `issuer_or_endpoint`: the issuer, the token endpoint (OpenID Connect Core §9),
        /// or the endpoint of a pushed or CIBA request. `issuer`: the issuer only, as FAPI 2.0
        /// requires (draft-ietf-oauth-rfc7523bis). A client can override it.
        assertion_audience: AssertionAudience =
            Kind::OneOf(&["issuer_or_endpoint", "issuer"]).default("issuer_or_endpoint");
        /// PKCE policy of confidential clients that are created without one, and of those with a
        /// client metadata document. `required`: every sign-in needs PKCE (RFC 7636); `auto`: PKCE
        /// becomes required after ten sign-ins in a row that used it; `optional`: PKCE is never
        /// required. Public clients always need PKCE. Existing clients do not change.
        pkce: PkcePolicy = PKCE.default("auto");
        /// Allows redirect URIs with `http` to hosts of a private network, such as
        /// `http://192.168.1.20:8080` or `http://nas.local`, for clients that an administrator registers or
        /// an import brings. Every machine in that network can read the authorization code, so RFC 9700
        /// §2.6 forbids it; `doorward lint` reports such clients. In `dev`: `true`.
        private_http: bool = Kind::Boolean.default("false");
    }
}

/// The values of a PKCE policy.
pub const PKCE: Kind = Kind::OneOf(&["required", "auto", "optional"]);
