//! A client as shown to an administrator.

use doorward_domain::model::{AssertionAudience, Client};
use doorward_protocol::certificate::CertificateSubject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::consent::ConsentView;
use crate::api::time::time;

/// A registered client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the response"
)]
pub struct ClientView {
    /// Client ID.
    id: String,
    /// Name shown to users.
    name: String,
    /// `public` or `confidential`.
    kind: &'static str,
    /// Client authentication: a method of RFC 7591 (`token_endpoint_auth_method`), or
    /// `client_secret` for a secret by HTTP Basic or in the body.
    auth_method: &'static str,
    /// Accepted `aud` of client assertions, if the client overrides the setting:
    /// `issuer_or_endpoint` or `issuer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    assertion_audience: Option<&'static str>,
    /// The PKCE policy in force: `required`, `auto` or `optional`.
    pkce: &'static str,
    /// True if `auto` has become `required` automatically; write `pkce` to undo that.
    pkce_switched: bool,
    /// Registered redirect URIs.
    redirect_uris: Vec<String>,
    /// Registered post-logout redirect URIs.
    post_logout_redirect_uris: Vec<String>,
    /// Allowed grant types.
    grant_types: Vec<String>,
    /// Allowed scopes, separated by spaces.
    scope: String,
    /// True for a first-party client, which needs no consent.
    first_party: bool,
    /// Resources for which it is the resource server; introspection shows it the user of a token or
    /// key.
    serves: Vec<String>,
    /// Access token format: `jwt` or `opaque`.
    access_token_format: &'static str,
    /// Origins whose scripts may read responses (CORS).
    allowed_origins: Vec<String>,
    /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens;
    /// otherwise only userinfo returns them.
    claims_in_id_token: bool,
    /// Requires a second factor of every user.
    require_mfa: bool,
    /// Requires pushed authorization requests (RFC 9126).
    require_pushed_authorization_requests: bool,
    /// Requires signed request objects (RFC 9101).
    require_signed_request_object: bool,
    /// Requires access tokens bound to a key by DPoP (RFC 9449).
    dpop_bound_access_tokens: bool,
    /// Allowed types of `authorization_details` (RFC 9396).
    authorization_details_types: Vec<String>,
    /// Requires access tokens bound to the client's certificate (RFC 8705 §3.4).
    tls_client_certificate_bound_access_tokens: bool,
    /// Subject of the client's certificate, if it identifies the client (RFC 8705 §2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_subject_dn: Option<String>,
    /// A `dNSName` of the client's certificate, if it identifies the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_dns: Option<String>,
    /// A URI of the client's certificate, if it identifies the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_uri: Option<String>,
    /// An IP address of the client's certificate, if it identifies the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_ip: Option<String>,
    /// An e-mail address of the client's certificate, if it identifies the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_email: Option<String>,
    /// Algorithm of all signed authorization responses, regardless of the request (JARM §3):
    /// `RS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_signed_response_alg: Option<String>,
    /// Public keys as a JWK Set (RFC 7591 `jwks`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// URL of its public keys (RFC 7591 `jwks_uri`).
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    /// URL that receives logout tokens (OIDC Back-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_uri: Option<String>,
    /// Requires `sid` in logout tokens, which always contain it.
    backchannel_logout_session_required: bool,
    /// Sector in which users have a pairwise subject (OIDC Core §8.1), if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    sector_identifier: Option<String>,
    /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    frontchannel_logout_uri: Option<String>,
    /// Requires `iss` and `sid` in the front-channel logout URL, which always contains them.
    frontchannel_logout_session_required: bool,
    /// Resources for which it may exchange tokens (RFC 8693).
    exchange_audiences: Vec<String>,
    /// Allows exchanged tokens without an `act` claim (impersonation).
    exchange_impersonation: bool,
    /// Settings of the consent page.
    consent: ConsentView,
    /// Time of the last fetch of its metadata document (RFC 3339), for a client whose ID is the URL
    /// of that document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    document_fetched_at: Option<String>,
    /// Origin of the registration: `administrator`, dynamic registration with a `token` or as
    /// `anybody` (RFC 7591), or the `document` at its ID.
    registered_by: &'static str,
    /// True if the client is disabled.
    disabled: bool,
    /// Time of registration (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
    /// Client secret, shown only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_secret: Option<String>,
}

impl ClientView {
    pub(super) fn new(client: Client) -> Self {
        let named = |member: &str| {
            let subject = client.certificate_subject.as_ref();
            let subject = subject.filter(|subject| subject.member() == member);
            subject.map(|subject| subject.value().to_owned())
        };
        let pkce = client.pkce_policy().as_str();
        let pkce_switched = client.has_switched_to_pkce();
        let [dn, dns, uri, ip, email] = CertificateSubject::MEMBERS.map(named);
        Self {
            id: client.id.to_string(),
            name: client.name,
            kind: client.kind.as_str(),
            auth_method: client.auth_method.as_str(),
            assertion_audience: client.assertion_audience.map(AssertionAudience::as_str),
            pkce,
            pkce_switched,
            redirect_uris: client.redirect_uris,
            post_logout_redirect_uris: client.post_logout_redirect_uris,
            grant_types: client.grant_types.iter().map(ToString::to_string).collect(),
            scope: client.scopes.to_string(),
            first_party: client.first_party,
            serves: client.serves,
            access_token_format: client.access_token_format.as_str(),
            allowed_origins: client.allowed_origins,
            claims_in_id_token: client.claims_in_id_token,
            require_mfa: client.require_mfa,
            require_pushed_authorization_requests: client.require_pushed_authorization_requests,
            require_signed_request_object: client.require_signed_request_object,
            dpop_bound_access_tokens: client.dpop_bound_access_tokens,
            tls_client_certificate_bound_access_tokens: client.certificate_bound_access_tokens,
            authorization_details_types: client.authorization_details_types,
            tls_client_auth_subject_dn: dn,
            tls_client_auth_san_dns: dns,
            tls_client_auth_san_uri: uri,
            tls_client_auth_san_ip: ip,
            tls_client_auth_san_email: email,
            authorization_signed_response_alg: client.authorization_signed_response_alg,
            jwks: client
                .jwks
                .and_then(|text| serde_json::from_str(&text).ok()),
            jwks_uri: client.jwks_uri,
            backchannel_logout_uri: client.logout.backchannel,
            backchannel_logout_session_required: client.logout.backchannel_session_required,
            sector_identifier: client.pairwise_sector,
            frontchannel_logout_uri: client.logout.frontchannel,
            frontchannel_logout_session_required: client.logout.frontchannel_session_required,
            exchange_audiences: client.exchange.audiences,
            exchange_impersonation: client.exchange.impersonation,
            consent: client.consent.into(),
            document_fetched_at: client.document.map(|stored| time(stored.fetched_at)),
            registered_by: client.registered_by.as_str(),
            disabled: client.disabled_at.is_some(),
            created_at: time(client.created_at),
            updated_at: time(client.updated_at),
            client_secret: None,
        }
    }
}
