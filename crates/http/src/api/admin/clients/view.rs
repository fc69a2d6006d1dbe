//! A client as an administrator sees it.

use doorward_domain::model::{AssertionAudience, Client};
use doorward_protocol::certificate::CertificateSubject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::consent::ConsentView;
use crate::api::time::time;

/// A registered app.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the answer"
)]
pub struct ClientView {
    /// Its `client_id`.
    id: String,
    /// Shown to people.
    name: String,
    /// `public` or `confidential`.
    kind: &'static str,
    /// How it authenticates: a method of RFC 7591 (`token_endpoint_auth_method`), or `client_secret`
    /// for its secret by HTTP Basic or in the body.
    auth_method: &'static str,
    /// The `aud` of its assertions, where it has a setting of its own: `issuer_or_endpoint` or `issuer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    assertion_audience: Option<&'static str>,
    /// The PKCE policy in force: `required`, `auto` or `optional`.
    pkce: &'static str,
    /// Whether `auto` has become `required` by itself; write `pkce` to undo that.
    pkce_switched: bool,
    /// Where codes may go.
    redirect_uris: Vec<String>,
    /// Where people may go after signing out.
    post_logout_redirect_uris: Vec<String>,
    /// What it may ask of the token endpoint.
    grant_types: Vec<String>,
    /// The scopes that it may ask for, separated by spaces.
    scope: String,
    /// Belongs to the operator: no consent page.
    first_party: bool,
    /// The resources that it is the server of: it is told whose token or key it was shown.
    serves: Vec<String>,
    /// What its access tokens look like: `jwt` or `opaque`.
    access_token_format: &'static str,
    /// Origins whose scripts may read what it is answered.
    allowed_origins: Vec<String>,
    /// Whether its ID tokens carry the claims of the scopes `profile`, `email`, `groups` and `roles`;
    /// otherwise userinfo alone does.
    claims_in_id_token: bool,
    /// Whether it demands a second factor of everybody.
    require_mfa: bool,
    /// Whether its authorization requests have to be pushed (RFC 9126).
    require_pushed_authorization_requests: bool,
    /// Whether its authorization requests have to be signed (RFC 9101).
    require_signed_request_object: bool,
    /// Whether its access tokens have to be bound to a key by DPoP (RFC 9449).
    dpop_bound_access_tokens: bool,
    /// The types of `authorization_details` that it may ask for (RFC 9396).
    authorization_details_types: Vec<String>,
    /// Whether its access tokens have to be bound to its certificate (RFC 8705 §3.4).
    tls_client_certificate_bound_access_tokens: bool,
    /// The subject of its certificate, where that is what names it (RFC 8705 §2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_subject_dn: Option<String>,
    /// A `dNSName` of its certificate, where that is what names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_dns: Option<String>,
    /// A URI of its certificate, where that is what names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_uri: Option<String>,
    /// An IP address of its certificate, where that is what names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_ip: Option<String>,
    /// An e-mail address of its certificate, where that is what names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_auth_san_email: Option<String>,
    /// By which algorithm its authorization responses are signed, whatever it asks for (JARM §3):
    /// `RS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_signed_response_alg: Option<String>,
    /// Its public keys, as a JWK Set (RFC 7591 `jwks`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// Where its public keys are fetched (RFC 7591 `jwks_uri`).
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    /// Where logout tokens are posted (OIDC Back-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_uri: Option<String>,
    /// Whether it needs `sid` in them; they always carry it.
    backchannel_logout_session_required: bool,
    /// The sector in which people have a name of their own (OIDC Core §8.1), if they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    sector_identifier: Option<String>,
    /// What the browser loads in a frame at sign-out (OIDC Front-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    frontchannel_logout_uri: Option<String>,
    /// Whether it needs `iss` and `sid` there; they are always sent along.
    frontchannel_logout_session_required: bool,
    /// The resources for which it may exchange tokens (RFC 8693).
    exchange_audiences: Vec<String>,
    /// Whether exchanged tokens may keep silent about who acts.
    exchange_impersonation: bool,
    /// What the consent page says of it.
    consent: ConsentView,
    /// When its document was fetched last (RFC 3339), where nobody has registered it: its id is the
    /// address of that document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    document_fetched_at: Option<String>,
    /// How it came: `administrator`, or by itself with a `token` or as `anybody` (RFC 7591), or by the `document` at its id.
    registered_by: &'static str,
    /// Whether it is switched off.
    disabled: bool,
    /// When it was registered (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
    /// Its secret: shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_secret: Option<String>,
}

impl ClientView {
    pub(super) fn of(client: Client) -> Self {
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
            document_fetched_at: client.document.map(|kept| time(kept.fetched_at)),
            registered_by: client.registered_by.as_str(),
            disabled: client.disabled_at.is_some(),
            created_at: time(client.created_at),
            updated_at: time(client.updated_at),
            client_secret: None,
        }
    }
}
