//! Clients: applications that request tokens (RFC 6749 §2).

use doorward_protocol::authorize::ResponseMode;

use super::{
    AssertionAudience, ClientAuth, ClientId, ClientKind, CodeProtection, FactorRequirement,
    FormerSecret, LogoId, PKCE_STREAK, PkcePolicy, SecurityProfile,
};
use crate::prelude::*;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum AccessTokenFormat {
        /// Signed; the resource server validates it without a request (RFC 9068).
        #[default]
        Jwt = "jwt",
        /// A reference token without content, looked up by introspection (RFC 7662).
        Opaque = "opaque",
    }

    #[derive(Default, Serialize)]
    pub enum RegisteredBy {
        /// Registered by an administrator or on the command line.
        #[default]
        Administrator = "administrator",
        /// Dynamic registration with an initial access token (RFC 7591 §3).
        Token = "token",
        /// Dynamic registration without a token.
        Anonymous = "anybody",
        /// Not registered: described by the client metadata document at its id.
        Document = "document",
    }
}

impl RegisteredBy {
    /// Returns true if an administrator has checked the client's metadata. Unchecked metadata
    /// proves nothing (RFC 7591 §5).
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Administrator)
    }

    /// Returns true for open registration and metadata documents: their redirect URIs are trusted
    /// only after the user has signed in (RFC 9700 §4.11.2).
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Anonymous | Self::Document)
    }
}

/// The URIs at which a client is notified of the end of a session.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct LogoutUris {
    /// The URI that receives logout tokens (OIDC Back-Channel Logout §2.2).
    pub backchannel: Option<String>,
    /// The client's `backchannel_logout_session_required`. Logout tokens always carry `sid`.
    pub backchannel_session_required: bool,
    /// The URI that the browser loads in a frame (OIDC Front-Channel Logout §2).
    pub frontchannel: Option<String>,
    /// The client's `frontchannel_logout_session_required`. `iss` and `sid` are always sent.
    pub frontchannel_session_required: bool,
}

/// A client's rights in token exchange (RFC 8693).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ExchangeRights {
    /// The resources that it may obtain tokens for.
    pub audiences: Vec<String>,
    /// Allows tokens without the `act` claim, which names the acting party (RFC 8693 §1.1).
    pub impersonation: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentTerms {
    pub optional_scopes: Scope,
    /// The lifetime of a consent, in seconds; none for the setting of the deployment.
    pub lifetime: Option<i64>,
    /// The publisher's name, as the operator wrote it.
    pub publisher: Option<String>,
    /// The URI of the privacy policy (RFC 7591 §2).
    pub policy_uri: Option<String>,
    /// The URI of the terms of service (RFC 7591 §2).
    pub tos_uri: Option<String>,
    /// The logo, stored here: pages load no picture from a third party.
    pub logo: Option<LogoId>,
}

/// The age of a client metadata document (draft-ietf-oauth-client-id-metadata-document §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MetadataDocument {
    pub fetched_at: UnixSeconds,
    /// The time until which it is not fetched again.
    pub fresh_until: UnixSeconds,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the registration"
)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub kind: ClientKind,
    /// SHA-256 of the secret (≥ 256 random bits, so no slow hash is needed).
    pub secret_hash: Option<TokenHash>,
    /// The imported hash of a secret whose SHA-256 is not known yet: the stored text of a
    /// [`ForeignHash`](crate::credentials::foreign_hash::ForeignHash). `secret_hash` takes
    /// precedence.
    #[serde(serialize_with = "crate::secret::serialize_digests")]
    pub foreign_secret: Option<String>,
    /// The time at which the secret was made; none if it was not made here.
    pub secret_made_at: Option<UnixSeconds>,
    /// The secret before, which is accepted until it ends.
    pub former_secret: Option<FormerSecret>,
    /// The security profile, which pins other settings; see `doorward_rules::client_profile`.
    pub profile: SecurityProfile,
    pub auth_method: ClientAuth,
    /// The audiences of its assertions; none for the setting of the deployment.
    pub assertion_audience: Option<AssertionAudience>,
    /// The redirect URIs, compared byte by byte.
    pub redirect_uris: Vec<String>,
    /// The URIs that the browser may be redirected to after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub scopes: Scope,
    pub response_modes: Vec<ResponseMode>,
    /// Belongs to the operator: needs no consent page and may use the account API.
    pub first_party: bool,
    /// The configured PKCE policy; [`Client::pkce_policy`] is the one in force.
    pub pkce: PkcePolicy,
    /// Consecutive sign-ins that used PKCE under [`PkcePolicy::Auto`], up to [`PKCE_STREAK`].
    pub pkce_streak: i32,
    /// The protection of the code of the last sign-in; recorded while PKCE is not required.
    pub code_protection: Option<CodeProtection>,
    pub jwks: Option<String>,
    /// The URI of its JWK Set, instead of `jwks`.
    pub jwks_uri: Option<String>,
    /// The resources that it serves: it may introspect tokens and API keys for them (RFC 7662
    /// §2.1).
    pub serves: Vec<String>,
    pub access_token_format: AccessTokenFormat,
    /// The lifetime of its access tokens, in seconds; none for that of the deployment. See
    /// `doorward_rules::token_lifetimes`.
    pub access_token_ttl: Option<i64>,
    /// The lifetime of its ID tokens, in seconds; none for that of the deployment.
    pub id_token_ttl: Option<i64>,
    /// The origins whose scripts may read responses for this client; see `doorward_rules::origin`.
    pub allowed_origins: Vec<String>,
    /// Puts the claims of the scopes `profile`, `email`, `groups` and `roles` into ID tokens;
    /// otherwise only userinfo returns them (OIDC Core §5.4).
    pub claims_in_id_token: bool,
    /// Requires a second factor for every token of this client.
    pub require_mfa: bool,
    /// Requires pushed authorization requests (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// Requires signed request objects (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// The URLs of its request objects, compared byte by byte (OIDC Registration §2).
    pub request_uris: Vec<String>,
    /// Requires access tokens bound to a DPoP key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Requires access tokens bound to the client's certificate or, if the request carries a DPoP
    /// proof, to its key (RFC 8705 §3.4).
    pub certificate_bound_access_tokens: bool,
    /// The subject of its certificate for `tls_client_auth` (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// The signature algorithm of its ID tokens and logout tokens (OIDC Registration §2, OIDC
    /// Back-Channel Logout §2.4).
    pub id_token_signed_response_alg: SigningAlg,
    /// The signature algorithm of its userinfo responses; none for plain JSON (OIDC Core §5.3.2).
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// The signature algorithm of its authorization responses. If set, all are signed, whatever
    /// response mode is requested (JARM §3).
    pub authorization_signed_response_alg: Option<SigningAlg>,
    /// The signature algorithm of signed introspection responses; none for RS256 (RFC 9701 §6).
    pub introspection_signed_response_alg: Option<SigningAlg>,
    pub logout: LogoutUris,
    /// The URI that receives pings; none if the client polls (CIBA Core §4).
    pub backchannel_client_notification_endpoint: Option<String>,
    pub exchange: ExchangeRights,
    pub consent: ConsentTerms,
    /// The state of its metadata document. Present only if the client is not registered.
    pub document: Option<MetadataDocument>,
    /// The maximum age of a sign-in if the request has no `max_age`, in seconds (OIDC Registration
    /// §2 `default_max_age`).
    pub default_max_age: Option<u64>,
    /// The preferred `acr` values if the request names none (OIDC Registration §2
    /// `default_acr_values`).
    pub default_acr_values: Vec<String>,
    /// The types of authorization details that it may request (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
    /// The sector whose clients share pairwise subject identifiers (OIDC Core §8.1); none for
    /// public subject identifiers.
    pub pairwise_sector: Option<String>,
    pub registered_by: RegisteredBy,
    /// Those of its URLs that the operator wrote by a command. Only they may lead into
    /// `outgoing.allowed_networks`; see `doorward_rules::url_source`.
    pub operator_urls: Vec<String>,
    pub disabled_at: Option<UnixSeconds>,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

impl Client {
    /// Returns true if the client has a secret, whose SHA-256 may not be known yet.
    pub const fn has_secret(&self) -> bool {
        self.secret_hash.is_some() || self.foreign_secret.is_some()
    }

    /// Replaces the secret. The present one is accepted until `keep_until`; without it, every
    /// present secret ends at once.
    pub fn replace_secret(
        &mut self,
        hash: TokenHash,
        keep_until: Option<UnixSeconds>,
        now: UnixSeconds,
    ) {
        let kept = self.secret_hash.zip(keep_until);
        self.former_secret = kept.map(|(hash, ends_at)| FormerSecret {
            hash,
            made_at: self.secret_made_at,
            ends_at,
        });
        self.secret_hash = Some(hash);
        self.foreign_secret = None;
        self.secret_made_at = Some(now);
    }

    pub fn remove_secrets(&mut self) {
        self.secret_hash = None;
        self.foreign_secret = None;
        self.secret_made_at = None;
        self.former_secret = None;
    }

    pub fn live_former_secret(&self, now: UnixSeconds) -> Option<&FormerSecret> {
        let former = self.former_secret.as_ref();
        former.filter(|former| now < former.ends_at)
    }

    /// Returns true if this is the hash of a secret that is accepted now. Each comparison takes
    /// constant time, and both are made.
    pub fn accepts_secret(&self, presented: &TokenHash, now: UnixSeconds) -> bool {
        let is_current = self.secret_hash.as_ref() == Some(presented);
        let former = self.live_former_secret(now);
        let is_former = former.is_some_and(|former| former.hash == *presented);
        is_current || is_former
    }

    /// Returns a client with the usual authentication of its kind and no rights.
    pub fn new(id: ClientId, name: String, kind: ClientKind, now: UnixSeconds) -> Self {
        Self {
            id,
            name,
            kind,
            secret_hash: None,
            foreign_secret: None,
            secret_made_at: None,
            former_secret: None,
            profile: SecurityProfile::None,
            auth_method: match kind {
                ClientKind::Public | ClientKind::Saml => ClientAuth::Only(ClientAuthMethod::None),
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
            access_token_ttl: None,
            id_token_ttl: None,
            allowed_origins: Vec::new(),
            claims_in_id_token: true,
            require_mfa: false,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
            request_uris: Vec::new(),
            dpop_bound_access_tokens: false,
            certificate_bound_access_tokens: false,
            certificate_subject: None,
            id_token_signed_response_alg: SigningAlg::default(),
            userinfo_signed_response_alg: None,
            authorization_signed_response_alg: None,
            introspection_signed_response_alg: None,
            logout: LogoutUris::default(),
            backchannel_client_notification_endpoint: None,
            exchange: ExchangeRights::default(),
            consent: ConsentTerms::default(),
            document: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            authorization_details_types: Vec::new(),
            pairwise_sector: None,
            registered_by: RegisteredBy::default(),
            operator_urls: Vec::new(),
            disabled_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Returns the named algorithms of its settings, each with the member that sets it.
    pub fn algorithms(&self) -> [(&'static str, Option<SigningAlg>); 4] {
        [
            (
                "id_token_signed_response_alg",
                Some(self.id_token_signed_response_alg),
            ),
            (
                "userinfo_signed_response_alg",
                self.userinfo_signed_response_alg,
            ),
            (
                "authorization_signed_response_alg",
                self.authorization_signed_response_alg,
            ),
            (
                "introspection_signed_response_alg",
                self.introspection_signed_response_alg,
            ),
        ]
    }

    /// Returns true if the client serves one of these resources (see [`Client::is_server_of`]).
    pub fn serves_any<'a>(&self, mut audiences: impl Iterator<Item = &'a str>) -> bool {
        audiences.any(|audience| self.is_server_of(audience))
    }

    /// Returns true if the client serves this resource: it is registered for it, or the resource is
    /// its client id.
    pub fn is_server_of(&self, audience: &str) -> bool {
        // The id of a metadata document is a URL. Publishing there does not make the client the
        // server of it.
        let own_name = self.document.is_none() && self.id.as_str() == audience;
        own_name || self.serves.iter().any(|own| own == audience)
    }

    pub const fn factor_requirement(&self) -> FactorRequirement {
        if self.require_mfa {
            FactorRequirement::TwoFactors
        } else {
            FactorRequirement::OneFactor
        }
    }

    pub fn allows_grant(&self, grant: &GrantType) -> bool {
        self.grant_types.contains(grant)
    }

    /// Returns the part of a granted scope that the client may request now. Offline access serves
    /// refresh tokens (OIDC Core §11): a client that may not use them has none.
    pub fn scope_today(&self, granted: &Scope) -> Scope {
        let mut scope = granted.intersect(&self.scopes);
        if !self.allows_grant(&GrantType::RefreshToken) {
            scope.remove(Scope::OFFLINE_ACCESS);
        }
        scope
    }

    /// Returns the PKCE policy in force (RFC 9700 §2.1.1): `required` for every public client, and
    /// after [`PKCE_STREAK`] sign-ins in a row under `auto`.
    pub const fn pkce_policy(&self) -> PkcePolicy {
        match (self.kind, self.pkce) {
            (ClientKind::Public, _) => PkcePolicy::Required,
            (ClientKind::Confidential, PkcePolicy::Auto) if self.pkce_streak >= PKCE_STREAK => {
                PkcePolicy::Required
            }
            (ClientKind::Confidential | ClientKind::Saml, policy) => policy,
        }
    }

    /// Returns true if an authorization request without a PKCE challenge is rejected.
    pub fn requires_pkce(&self) -> bool {
        self.pkce_policy() == PkcePolicy::Required
    }

    /// Returns true if [`PkcePolicy::Auto`] has become `required`.
    pub fn has_switched_to_pkce(&self) -> bool {
        self.requires_pkce()
            && self.kind == ClientKind::Confidential
            && self.pkce == PkcePolicy::Auto
    }
}
