//! This server as a relying party of its providers.

use std::fmt;

use doorward_domain::credentials::signed_secret::{self, SignedSecret};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::keys::KeyRing;
use doorward_domain::model::{Provider, ProviderCause};
use doorward_domain::random::Random;
use doorward_domain::sealed_columns::provider_secret_place;
use doorward_domain::secret::{OpaqueToken, Secret};
use doorward_domain::time::{Clock, UnixSeconds};

use super::error::UpstreamError;
use super::metadata_cache::{MetadataCache, ProviderEndpoints};
use super::transport::ProviderHttp;
use crate::outgoing::EgressClient;

/// The identity, keys and connections of this server towards providers.
#[derive(Clone, Copy)]
pub struct RelyingParty<'a> {
    pub http: &'a EgressClient,
    pub known: &'a MetadataCache,
    /// The issuer of this server, which redirect URIs begin with.
    pub issuer: &'a str,
    /// The issuers of this server by its configuration: the present one, and former ones.
    pub own_issuer: &'a str,
    pub former_issuers: &'a [String],
    /// The key that encrypts the client secrets.
    pub secret_key: &'a ProviderKey,
    /// The keys that sign assertions; their public parts are the JWKS of this server.
    pub signing_keys: &'a KeyRing,
    pub clock: &'a dyn Clock,
    pub random: &'a Random,
}

impl fmt::Debug for RelyingParty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl<'a> RelyingParty<'a> {
    pub(super) const fn http_of<'p>(&self, provider: &'p Provider) -> ProviderHttp<'p>
    where
        'a: 'p,
    {
        let http = self.http;
        ProviderHttp { http, provider }
    }

    /// Returns a value that no other assertion or proof has (`jti`).
    pub(super) fn unique_id(&self) -> String {
        let token = OpaqueToken::generate(&mut self.random.rng());
        token.expose().to_owned()
    }

    pub(super) async fn endpoints(
        &self,
        provider: &Provider,
    ) -> Result<ProviderEndpoints, UpstreamError> {
        self.known.endpoints(self.http, self.clock, provider).await
    }

    /// Returns newer endpoints than those that a token could not be verified with. Returns `None` if they
    /// were fetched too often within the last minute.
    pub(super) async fn refetch_endpoints(
        &self,
        provider: &Provider,
        used: &ProviderEndpoints,
    ) -> Option<ProviderEndpoints> {
        let (http, clock) = (self.http, self.clock);
        self.known.newer(http, clock, provider, used).await
    }
}

/// The values of an authorization request to a provider, which its response is checked against.
#[derive(Debug)]
pub struct Request<'a> {
    pub state: &'a str,
    pub nonce: &'a str,
    /// The PKCE code verifier (RFC 7636).
    pub verifier: &'a str,
    /// The maximum age of the sign-in at the provider, in seconds; 0 requires a new one.
    pub max_age: Option<u64>,
    pub began_at: UnixSeconds,
}

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(issuer: &str, provider: &Provider) -> String {
    format!("{issuer}/login/callback/{}", provider.id)
}

/// Decrypts the client secret of a provider, or signs a new one with its key.
pub(super) fn client_secret(
    party: &RelyingParty<'_>,
    provider: &Provider,
) -> Result<Option<Secret<String>>, UpstreamError> {
    let Some(sealed) = &provider.secret_sealed else {
        return Ok(None);
    };
    let damaged = |_| {
        let detail = "its client secret cannot be decrypted";
        UpstreamError::unaccepted(ProviderCause::Settings, detail)
    };
    let place = provider_secret_place(provider.id.as_str());
    let plain = party.secret_key.open(sealed, &place).map_err(damaged)?;
    let text = std::str::from_utf8(&plain).map_err(UpstreamError::settings)?;
    let kept = Secret::from(text);
    let Some(signer) = &provider.settings.secret_signer else {
        return Ok(Some(kept));
    };
    let secret = SignedSecret {
        team_id: &signer.team_id,
        key_id: &signer.key_id,
        audience: &provider.issuer,
        client_id: &provider.client_id,
    };
    let created = signed_secret::sign(&kept, &secret, party.clock.now());
    created.map(Some).map_err(UpstreamError::settings)
}
