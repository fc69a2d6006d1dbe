//! The metadata document of the identity server (OIDC Discovery §3, RFC 8414 §2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

crate::sparse! {
    /// The identity server's metadata. It lists only what is supported.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ProviderMetadata {
        /// The issuer identifier: an https URL without query or fragment.
        pub issuer: String,
        sparse {
            /// The authorization endpoint, where users sign in.
            pub authorization_endpoint: Option<String>,
            /// The token endpoint.
            pub token_endpoint: Option<String>,
            /// The userinfo endpoint.
            pub userinfo_endpoint: Option<String>,
            /// The URL of the public signing keys.
            pub jwks_uri: Option<String>,
            /// The endpoint for dynamic registration (RFC 7591).
            pub registration_endpoint: Option<String>,
            /// The introspection endpoint (RFC 7662).
            pub introspection_endpoint: Option<String>,
            /// The revocation endpoint (RFC 7009).
            pub revocation_endpoint: Option<String>,
            /// The endpoint where a client ends a session (OIDC RP-Initiated Logout §2.1).
            pub end_session_endpoint: Option<String>,
            /// The device authorization endpoint (RFC 8628).
            pub device_authorization_endpoint: Option<String>,
            /// The backchannel authentication endpoint (CIBA Core §4).
            pub backchannel_authentication_endpoint: Option<String>,
            /// Token delivery modes of backchannel authentication.
            pub backchannel_token_delivery_modes_supported: Vec<String>,
            /// Algorithms of signed backchannel authentication requests (CIBA Core §4).
            pub backchannel_authentication_request_signing_alg_values_supported: Vec<String>,
            /// Support for `user_code` in backchannel authentication requests.
            pub backchannel_user_code_parameter_supported: Option<bool>,
            /// The endpoint for pushed authorization requests (RFC 9126).
            pub pushed_authorization_request_endpoint: Option<String>,
            /// Supported scopes.
            pub scopes_supported: Vec<String>,
            /// Supported response types.
            pub response_types_supported: Vec<String>,
            /// Supported response modes.
            pub response_modes_supported: Vec<String>,
            /// Supported grant types.
            pub grant_types_supported: Vec<String>,
            /// Supported authentication context classes.
            pub acr_values_supported: Vec<String>,
            /// Kinds of `sub` (`public`, `pairwise`).
            pub subject_types_supported: Vec<String>,
            /// Algorithms of ID tokens.
            pub id_token_signing_alg_values_supported: Vec<String>,
            /// Algorithms of signed userinfo responses.
            pub userinfo_signing_alg_values_supported: Vec<String>,
            /// Client authentication at the token endpoint.
            pub token_endpoint_auth_methods_supported: Vec<String>,
            /// Algorithms of client assertions at the token endpoint.
            pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
            /// Client authentication at the introspection endpoint.
            pub introspection_endpoint_auth_methods_supported: Vec<String>,
            /// Algorithms of signed introspection responses (RFC 9701 §7).
            pub introspection_signing_alg_values_supported: Vec<String>,
            /// Algorithms of client assertions at the introspection endpoint.
            pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
            /// Client authentication at the revocation endpoint.
            pub revocation_endpoint_auth_methods_supported: Vec<String>,
            /// Algorithms of client assertions at the revocation endpoint.
            pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
            /// Supported values of `display`.
            pub display_values_supported: Vec<String>,
            /// Supported values of `prompt` (OIDC Prompt Create §4.1).
            pub prompt_values_supported: Vec<String>,
            /// Kinds of claims.
            pub claim_types_supported: Vec<String>,
            /// Claims that may be returned.
            pub claims_supported: Vec<String>,
            /// Languages of the pages.
            pub ui_locales_supported: Vec<String>,
            /// Documentation for developers.
            pub service_documentation: Option<String>,
            /// The operator's policy on the use of data by clients.
            pub op_policy_uri: Option<String>,
            /// The operator's terms of service.
            pub op_tos_uri: Option<String>,
            /// PKCE methods (RFC 8414 §2).
            pub code_challenge_methods_supported: Vec<String>,
            /// Support for `claims`. Absent means no.
            pub claims_parameter_supported: Option<bool>,
            /// Support for `request`. Absent means no.
            pub request_parameter_supported: Option<bool>,
            /// Algorithms of request objects.
            pub request_object_signing_alg_values_supported: Vec<String>,
            /// Support for `request_uri`. Absent means **yes** (OIDC Discovery §3).
            pub request_uri_parameter_supported: Option<bool>,
            /// Requirement to register `request_uri` values.
            pub require_request_uri_registration: Option<bool>,
            /// Algorithms of signed authorization responses (JARM §4).
            pub authorization_signing_alg_values_supported: Vec<String>,
            /// The metadata as claims of a signed JWT (RFC 8414 §2.1).
            pub signed_metadata: Option<String>,
            /// Support for a `client_id` that is the URL of a client metadata document
            /// (draft-ietf-oauth-client-id-metadata-document §6). Absent means no.
            pub client_id_metadata_document_supported: Option<bool>,
            /// Requirement to push every authorization request (RFC 9126 §5).
            pub require_pushed_authorization_requests: Option<bool>,
            /// Presence of `iss` in every authorization response (RFC 9207 §3).
            pub authorization_response_iss_parameter_supported: Option<bool>,
            /// Support for back-channel logout (OIDC Back-Channel Logout §2.1).
            pub backchannel_logout_supported: Option<bool>,
            /// Presence of `sid` in logout tokens.
            pub backchannel_logout_session_supported: Option<bool>,
            /// Support for front-channel logout (OIDC Front-Channel Logout §3).
            pub frontchannel_logout_supported: Option<bool>,
            /// Presence of `iss` and `sid` in front-channel logout (OIDC Front-Channel Logout §3).
            pub frontchannel_logout_session_supported: Option<bool>,
            /// Algorithms of DPoP proofs (RFC 9449 §5.1).
            pub dpop_signing_alg_values_supported: Vec<String>,
            /// Support for certificate-bound tokens (RFC 8705 §3.3).
            pub tls_client_certificate_bound_access_tokens: Option<bool>,
            /// The endpoints for clients that present certificates, by the names of their members (RFC 8705
            /// §5).
            pub mtls_endpoint_aliases: Option<BTreeMap<String, String>>,
            /// Supported types of authorization details (RFC 9396 §10).
            pub authorization_details_types_supported: Vec<String>,
            /// Protected resources that accept this server's tokens (RFC 9728 §4).
            pub protected_resources: Vec<String>,
        }
    }
}

#[cfg(test)]
mod tests;
