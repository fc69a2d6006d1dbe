//! What is registered of a client, and what is changed.

use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientAuth, ClientId, ClientKind, ConsentTerms,
    ExchangeRights, LogoutUris, PkcePolicy,
};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;

use super::consent::ConsentChange;

/// A client to register. What is `None` or empty gets a fitting default.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the registration"
)]
pub struct NewClient {
    /// A client id of one's own; none for a random one.
    pub id: Option<ClientId>,
    /// Shown to people.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// How it authenticates; none for its secret in either way, or `none` for a public client.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions; none for the setting of the deployment.
    pub assertion_audience: Option<AssertionAudience>,
    /// Where codes may go.
    pub redirect_uris: Vec<String>,
    /// Where people may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask of the token endpoint; none for what its redirect URIs suggest.
    pub grant_types: Option<Vec<GrantType>>,
    /// The scopes that it may ask for; none for the usual ones of a sign-in.
    pub scopes: Option<Scope>,
    /// Belongs to the operator.
    pub first_party: bool,
    /// Whether its authorization requests need PKCE; none for the default of its kind.
    pub pkce: Option<PkcePolicy>,
    /// The resources that it is the server of.
    pub serves: Vec<String>,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Origins whose scripts may read what it is answered.
    pub allowed_origins: Vec<String>,
    /// ID tokens carry the claims of the scopes.
    pub claims_in_id_token: bool,
    /// Demands a second factor of everybody.
    pub require_mfa: bool,
    /// Its authorization requests have to be pushed.
    pub require_pushed_authorization_requests: bool,
    /// Its authorization requests have to be signed.
    pub require_signed_request_object: bool,
    /// Its access tokens have to be bound to a key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its access tokens have to be bound to its certificate (RFC 8705 §3.4).
    pub certificate_bound_access_tokens: bool,
    /// What its certificate names (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// By which algorithm its authorization responses are signed (JARM §3).
    pub authorization_signed_response_alg: Option<String>,
    /// Its public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, instead.
    pub jwks_uri: Option<String>,
    /// Where it hears that a session has ended.
    pub logout: LogoutUris,
    /// The sector in which people have a name of their own (OIDC Core §8.1); none for the usual one.
    pub sector_identifier: Option<String>,
    /// What it may exchange tokens for.
    pub exchange: ExchangeRights,
    /// What the consent page says of it.
    pub consent: ConsentTerms,
    /// The types of authorization details that it may ask for (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
}

impl NewClient {
    /// A client with this name and nothing that its kind does not suggest.
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

/// What to change about a client; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientChange {
    /// Shown to people.
    pub name: Option<String>,
    /// How it authenticates.
    pub auth_method: Option<ClientAuth>,
    /// The audiences of its assertions, or those of the deployment again.
    pub assertion_audience: Option<Option<AssertionAudience>>,
    /// The whole new list.
    pub redirect_uris: Option<Vec<String>>,
    /// The whole new list.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// The whole new list.
    pub grant_types: Option<Vec<GrantType>>,
    /// The whole new list.
    pub scopes: Option<Scope>,
    /// Belongs to the operator.
    pub first_party: Option<bool>,
    /// Whether its authorization requests need PKCE; the count of `auto` starts anew.
    pub pkce: Option<PkcePolicy>,
    /// The whole new list.
    pub serves: Option<Vec<String>>,
    /// What its access tokens look like.
    pub access_token_format: Option<AccessTokenFormat>,
    /// The whole new list.
    pub allowed_origins: Option<Vec<String>>,
    /// ID tokens carry the claims of the scopes.
    pub claims_in_id_token: Option<bool>,
    /// Demands a second factor of everybody.
    pub require_mfa: Option<bool>,
    /// Its authorization requests have to be pushed.
    pub require_pushed_authorization_requests: Option<bool>,
    /// Its authorization requests have to be signed.
    pub require_signed_request_object: Option<bool>,
    /// Its access tokens have to be bound to a key.
    pub dpop_bound_access_tokens: Option<bool>,
    /// Its access tokens have to be bound to its certificate.
    pub certificate_bound_access_tokens: Option<bool>,
    /// What its certificate names.
    pub certificate_subject: Option<CertificateSubject>,
    /// By which algorithm its authorization responses are signed; empty for as it asks.
    pub authorization_signed_response_alg: Option<String>,
    /// Its public keys, in place of those that it had and of their address.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, in place of those that it had.
    pub jwks_uri: Option<String>,
    /// Where logout tokens are posted; empty for nowhere any more.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs `sid` in them.
    pub backchannel_logout_session_required: Option<bool>,
    /// The sector in which people have a name of their own; empty for the usual one.
    pub sector_identifier: Option<String>,
    /// What the browser loads in a frame; empty for nothing any more.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it needs `iss` and `sid` there.
    pub frontchannel_logout_session_required: Option<bool>,
    /// The whole new list of resources that it may exchange tokens for.
    pub exchange_audiences: Option<Vec<String>>,
    /// Whether exchanged tokens may keep silent about who acts.
    pub exchange_impersonation: Option<bool>,
    /// What the consent page says of it.
    pub consent: ConsentChange,
    /// The whole new list.
    pub authorization_details_types: Option<Vec<String>>,
    /// Switch it off or on.
    pub disabled: Option<bool>,
}
