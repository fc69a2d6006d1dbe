//! Input for registering and changing clients.

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ClientId, ClientKind, ConsentTerms,
    ExchangeRights, LogoutUris, PkcePolicy,
};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;

use super::consent::ConsentChange;

/// A client to register. `None` and empty values get a suitable default.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the registration"
)]
pub struct NewClient {
    /// The client id; `None` for a random one.
    pub id: Option<ClientId>,
    /// The display name.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// The authentication method; `None` for its secret in either form, or `none` for a public
    /// client.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions; `None` for the deployment's setting.
    pub assertion_audience: Option<AssertionAudience>,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The registered URIs after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The grant types; `None` to derive them from the redirect URIs.
    pub grant_types: Option<Vec<GrantType>>,
    /// The scopes that it may request; `None` for the usual ones of a sign-in.
    pub scopes: Option<Scope>,
    /// True if it belongs to the operator.
    pub first_party: bool,
    /// The PKCE policy of its authorization requests; `None` for the default of its kind.
    pub pkce: Option<PkcePolicy>,
    /// The resources that it is the server of.
    pub serves: Vec<String>,
    /// The format of its access tokens.
    pub access_token_format: AccessTokenFormat,
    /// Origins whose scripts may read responses to it.
    pub allowed_origins: Vec<String>,
    /// True if ID tokens contain the claims of the scopes.
    pub claims_in_id_token: bool,
    /// Requires a second factor of every user.
    pub require_mfa: bool,
    /// Requires pushed authorization requests.
    pub require_pushed_authorization_requests: bool,
    /// Requires signed authorization requests.
    pub require_signed_request_object: bool,
    /// Requires DPoP-bound access tokens (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Requires certificate-bound access tokens (RFC 8705 §3.4).
    pub certificate_bound_access_tokens: bool,
    /// The subject name of its certificate (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// The signature algorithm of its authorization responses (JARM §3).
    pub authorization_signed_response_alg: Option<String>,
    /// The public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// The URL of its public keys, instead of the document.
    pub jwks_uri: Option<String>,
    /// The URIs that are notified of ended sessions.
    pub logout: LogoutUris,
    /// The sector of its pairwise subjects (OIDC Core §8.1); `None` for public subjects.
    pub sector_identifier: Option<String>,
    /// The token exchange rights.
    pub exchange: ExchangeRights,
    /// The consent settings.
    pub consent: ConsentTerms,
    /// The types of authorization details that it may request (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
}

impl NewClient {
    /// Creates input with this name and the defaults of the kind.
    pub fn named(name: &str, kind: ClientKind) -> Self {
        Self {
            id: None,
            name: name.to_owned(),
            kind,
            auth_method: None,
            assertion_audience: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: None,
            scopes: None,
            first_party: false,
            pkce: None,
            serves: Vec::new(),
            access_token_format: AccessTokenFormat::default(),
            allowed_origins: Vec::new(),
            claims_in_id_token: true,
            require_mfa: false,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
            dpop_bound_access_tokens: false,
            certificate_bound_access_tokens: false,
            certificate_subject: None,
            authorization_signed_response_alg: None,
            jwks: None,
            jwks_uri: None,
            logout: LogoutUris::default(),
            sector_identifier: None,
            exchange: ExchangeRights::default(),
            consent: ConsentTerms::default(),
            authorization_details_types: Vec::new(),
        }
    }
}

/// A change of a client; `None` keeps the current value of a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientChange {
    /// The display name.
    pub name: Option<String>,
    /// The authentication method.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions; `Some(None)` for the deployment's setting.
    pub assertion_audience: Option<Option<AssertionAudience>>,
    /// The complete new list.
    pub redirect_uris: Option<Vec<String>>,
    /// The complete new list.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The complete new list.
    pub grant_types: Option<Vec<GrantType>>,
    /// The complete new list.
    pub scopes: Option<Scope>,
    /// True if it belongs to the operator.
    pub first_party: Option<bool>,
    /// The PKCE policy of its authorization requests; the count of `auto` is reset.
    pub pkce: Option<PkcePolicy>,
    /// The complete new list.
    pub serves: Option<Vec<String>>,
    /// The format of its access tokens.
    pub access_token_format: Option<AccessTokenFormat>,
    /// The complete new list.
    pub allowed_origins: Option<Vec<String>>,
    /// True if ID tokens contain the claims of the scopes.
    pub claims_in_id_token: Option<bool>,
    /// Requires a second factor of every user.
    pub require_mfa: Option<bool>,
    /// Requires pushed authorization requests.
    pub require_pushed_authorization_requests: Option<bool>,
    /// Requires signed authorization requests.
    pub require_signed_request_object: Option<bool>,
    /// Requires DPoP-bound access tokens.
    pub dpop_bound_access_tokens: Option<bool>,
    /// Requires certificate-bound access tokens.
    pub certificate_bound_access_tokens: Option<bool>,
    /// The subject name of its certificate.
    pub certificate_subject: Option<CertificateSubject>,
    /// The signature algorithm of its authorization responses; empty for the one requested.
    pub authorization_signed_response_alg: Option<String>,
    /// The public keys, replacing former keys and their URL.
    pub jwks: Option<String>,
    /// The URL of its public keys, replacing former keys.
    pub jwks_uri: Option<String>,
    /// The URI that logout tokens are posted to; empty for none.
    pub backchannel_logout_uri: Option<String>,
    /// True if logout tokens must contain `sid`.
    pub backchannel_logout_session_required: Option<bool>,
    /// The sector of its pairwise subjects; empty for public subjects.
    pub sector_identifier: Option<String>,
    /// The logout URI that the browser loads in a frame; empty for none.
    pub frontchannel_logout_uri: Option<String>,
    /// True if that URI needs `iss` and `sid`.
    pub frontchannel_logout_session_required: Option<bool>,
    /// The complete new list of resources that it may exchange tokens for.
    pub exchange_audiences: Option<Vec<String>>,
    /// True if exchanged tokens may omit the acting client.
    pub exchange_impersonation: Option<bool>,
    /// The consent settings.
    pub consent: ConsentChange,
    /// The complete new list.
    pub authorization_details_types: Option<Vec<String>>,
    /// True to disable it, false to enable it.
    pub disabled: Option<bool>,
}
