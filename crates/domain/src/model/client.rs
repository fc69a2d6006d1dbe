//! Applications that ask for tokens (RFC 6749 §2).

use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use serde::{Deserialize, Serialize};

use super::{
    AssertionAudience, ClientAuth, ClientId, ClientKind, CodeProtection, LogoId, PKCE_STREAK,
    PkcePolicy,
};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// What the client's access tokens look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenFormat {
    /// Signed, and readable by the resource server alone (RFC 9068).
    #[default]
    Jwt,
    /// A reference that says nothing and is looked up by introspection (RFC 7662).
    Opaque,
}

impl AccessTokenFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Jwt, Self::Opaque];

    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// How a client came to be registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RegisteredBy {
    /// By an administrator, or the command line.
    #[default]
    Administrator,
    /// By itself, with an initial access token (RFC 7591 §3).
    Token,
    /// By itself, with nothing in its hands.
    Anonymous,
    /// By nobody: it is known by the document at its id.
    Document,
}

impl RegisteredBy {
    /// Every way.
    pub const ALL: [Self; 4] = [
        Self::Administrator,
        Self::Token,
        Self::Anonymous,
        Self::Document,
    ];

    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Token => "token",
            Self::Anonymous => "anybody",
            Self::Document => "document",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether an administrator has looked at what the client says of itself. What it says without
    /// that is proof of nothing (SECURITY OA-25).
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Administrator)
    }

    /// Returns true for open registration and metadata documents: the addresses are trusted only once a user
    /// has signed in (RFC 9700 §4.11.2).
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Anonymous | Self::Document)
    }
}

/// Where a client hears that a session has ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogoutUris {
    /// Where logout tokens are posted (OIDC Back-Channel Logout §2.2).
    pub backchannel: Option<String>,
    /// Whether it needs `sid` in them. They always carry it.
    pub backchannel_session_required: bool,
    /// What the browser loads in a frame (OIDC Front-Channel Logout §2).
    pub frontchannel: Option<String>,
    /// Whether it needs `iss` and `sid` there. They are always sent along.
    pub frontchannel_session_required: bool,
}

/// What a client may exchange tokens for (RFC 8693).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ExchangeRights {
    /// The resources for which it may have tokens.
    pub audiences: Vec<String>,
    /// Whether those may keep silent about who acts (RFC 8693 §1.1).
    pub impersonation: bool,
}

/// What the consent page says of a client, and lets people leave out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentTerms {
    /// The scopes that it can do without: a person ticks them, or does not.
    pub optional_scopes: Scope,
    /// How long a consent counts, in seconds; none for as long as the operator says for all.
    pub lifetime: Option<i64>,
    /// Who stands behind it, in the operator's words.
    pub publisher: Option<String>,
    /// How it treats what it learns of people (RFC 7591 §2).
    pub policy_uri: Option<String>,
    /// Its terms (RFC 7591 §2).
    pub tos_uri: Option<String>,
    /// Its picture, kept here: nobody's page fetches a stranger's.
    pub logo: Option<LogoId>,
}

/// How old the document is that a client publishes at its own id
/// (draft-ietf-oauth-client-id-metadata-document §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MetadataDocument {
    /// When it was fetched and found good.
    pub fetched_at: UnixSeconds,
    /// Until when it is not fetched again.
    pub fresh_until: UnixSeconds,
}

/// A registered client.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the registration"
)]
pub struct Client {
    /// The public identifier.
    pub id: ClientId,
    /// Shown to people.
    pub name: String,
    /// Public or confidential.
    pub kind: ClientKind,
    /// SHA-256 of the secret (≥ 256 random bits, so no slow hash is needed).
    pub secret_hash: Option<TokenHash>,
    /// The client authentication that it accepts.
    pub auth_method: ClientAuth,
    /// The audiences of its assertions; none for the setting of the deployment.
    pub assertion_audience: Option<AssertionAudience>,
    /// Where codes may go, compared byte by byte.
    pub redirect_uris: Vec<String>,
    /// Where people may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask of the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may ask for.
    pub scopes: Scope,
    /// How codes may be delivered.
    pub response_modes: Vec<ResponseMode>,
    /// Belongs to the operator: no consent page, and the account API is open to it.
    pub first_party: bool,
    /// The configured PKCE policy; [`Client::pkce_policy`] is the one in force.
    pub pkce: PkcePolicy,
    /// Sign-ins in a row that used PKCE under [`PkcePolicy::Auto`], up to [`PKCE_STREAK`].
    pub pkce_streak: i32,
    /// What protected the code of the last sign-in; recorded while PKCE is not required.
    pub code_protection: Option<CodeProtection>,
    /// The client's own public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// Where its public keys are fetched, instead.
    pub jwks_uri: Option<String>,
    /// The resources that it is the server of: it may ask what tokens and API keys for them are
    /// (RFC 7662 §2.1).
    pub serves: Vec<String>,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Origins whose scripts may read what this client is answered; see [`crate::rules::origin`].
    pub allowed_origins: Vec<String>,
    /// ID tokens carry the claims of the scopes `profile`, `email`, `groups` and `roles`; without it
    /// userinfo alone does (OIDC Core §5.4).
    pub claims_in_id_token: bool,
    /// Nobody gets a token through this client without a second factor.
    pub require_mfa: bool,
    /// Its authorization requests have to be pushed (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// Its authorization requests have to be signed (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// It gets no access token that is not bound to a key by DPoP (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// It gets no access token that is not bound to its certificate, or to a key that it proves beside it
    /// (RFC 8705 §3.4).
    pub certificate_bound_access_tokens: bool,
    /// What its certificate names, where it authenticates by `tls_client_auth` (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// By which algorithm its authorization responses are signed, whatever it asks for (JARM §3).
    pub authorization_signed_response_alg: Option<String>,
    /// Where it hears that a session has ended.
    pub logout: LogoutUris,
    /// What it may exchange tokens for.
    pub exchange: ExchangeRights,
    /// What the consent page says of it.
    pub consent: ConsentTerms,
    /// Present where nobody has registered it: what is known of it is what it publishes at its id.
    pub document: Option<MetadataDocument>,
    /// How old a sign-in may be where a request does not say, in seconds (OIDC Registration §2
    /// `default_max_age`).
    pub default_max_age: Option<u64>,
    /// The `acr` values that it would like where a request does not say (OIDC Registration §2
    /// `default_acr_values`).
    pub default_acr_values: Vec<String>,
    /// The types of authorization details that it may ask for (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
    /// The sector whose clients know a person by one name of their own (OIDC Core §8.1); none where
    /// people are known by the name that everybody sees.
    pub pairwise_sector: Option<String>,
    /// How it came to be registered.
    pub registered_by: RegisteredBy,
    /// When an administrator switched it off.
    pub disabled_at: Option<UnixSeconds>,
    /// When it was registered.
    pub created_at: UnixSeconds,
    /// When it last changed.
    pub updated_at: UnixSeconds,
}

impl Client {
    /// The plainest client: it authenticates as its kind usually does, and may do nothing yet.
    pub fn new(id: ClientId, name: String, kind: ClientKind, now: UnixSeconds) -> Self {
        Self {
            id,
            name,
            kind,
            secret_hash: None,
            auth_method: match kind {
                ClientKind::Public => ClientAuth::Only(ClientAuthMethod::None),
                ClientKind::Confidential => ClientAuth::Secret,
            },
            assertion_audience: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: Vec::new(),
            scopes: Scope::default(),
            response_modes: ResponseMode::ALL.to_vec(),
            first_party: false,
            pkce: PkcePolicy::default_for(kind),
            pkce_streak: 0,
            code_protection: None,
            jwks: None,
            jwks_uri: None,
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
            logout: LogoutUris::default(),
            exchange: ExchangeRights::default(),
            consent: ConsentTerms::default(),
            document: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            authorization_details_types: Vec::new(),
            pairwise_sector: None,
            registered_by: RegisteredBy::default(),
            disabled_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the client may be served at all.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether it is the server of one of these resources: registered as such, or by its very name.
    pub fn serves_any<'a>(&self, mut audiences: impl Iterator<Item = &'a str>) -> bool {
        audiences.any(|audience| self.is_server_of(audience))
    }

    /// Whether it is the server of this resource.
    pub fn is_server_of(&self, audience: &str) -> bool {
        // Whoever publishes a document somewhere is not the server of what is beside it.
        let own_name = self.document.is_none() && self.id.as_str() == audience;
        own_name || self.serves.iter().any(|own| own == audience)
    }

    /// Whether it may use this grant.
    pub fn allows_grant(&self, grant: &GrantType) -> bool {
        self.grant_types.contains(grant)
    }

    /// Returns the PKCE policy in force (RFC 9700 §2.1.1): `required` for every public client, and
    /// after [`PKCE_STREAK`] sign-ins in a row under `auto`.
    pub const fn pkce_policy(&self) -> PkcePolicy {
        match (self.kind, self.pkce) {
            (ClientKind::Public, _) => PkcePolicy::Required,
            (ClientKind::Confidential, PkcePolicy::Auto) if self.pkce_streak >= PKCE_STREAK => {
                PkcePolicy::Required
            }
            (ClientKind::Confidential, policy) => policy,
        }
    }

    /// Returns true if an authorization request without a PKCE challenge is rejected.
    pub fn requires_pkce(&self) -> bool {
        self.pkce_policy() == PkcePolicy::Required
    }

    /// Returns true if [`PkcePolicy::Auto`] has become `required` by itself.
    pub fn has_switched_to_pkce(&self) -> bool {
        self.requires_pkce()
            && self.kind == ClientKind::Confidential
            && self.pkce == PkcePolicy::Auto
    }
}
