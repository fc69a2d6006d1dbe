//! A cache of the providers' discovery documents and keys.

use std::sync::Arc;

use doorward_domain::model::Provider;
use doorward_domain::time::{Clock, UnixSeconds};
use moka::sync::Cache;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, AuthUrl, IssuerUrl, ProviderMetadata, TokenUrl};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::error::UpstreamError;
use super::transport::ProviderHttp;
use crate::outgoing::{EgressClient, check_address};

const PROVIDERS: u64 = 200;
/// Maximum age of a discovery document and its keys before they are fetched again, in seconds.
const FRESH: i64 = 3600;
/// Maximum age at which they are still used if fetching fails, in seconds.
const LAST_GOOD_TTL: i64 = 24 * 3600;
/// Minimum time between two fetches, in seconds.
const RETRY: i64 = 5;
/// Minimum time between two fetches because of a token that could not be verified, in seconds.
const UNKNOWN_KEY: i64 = 30;

/// Additional provider metadata (RFC 9207 §3).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Further {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

#[derive(Debug, Clone)]
pub(super) struct ProviderEndpoints {
    pub authorization: AuthUrl,
    pub token: TokenUrl,
    pub userinfo: Option<String>,
    pub keys: CoreJsonWebKeySet,
    /// True if every response contains the issuer (RFC 9207).
    pub promises_issuer: bool,
    /// True if the client secret is sent in the `Authorization` header (RFC 6749 §2.3.1).
    pub takes_basic: bool,
}

#[derive(Debug, Default)]
struct Slot {
    place: Option<(ProviderEndpoints, UnixSeconds)>,
    tried_at: Option<UnixSeconds>,
}

/// The endpoints of providers in recent use, by issuer. The slot's lock is held while fetching, so
/// that only one request fetches.
#[derive(Debug)]
pub struct MetadataCache(Cache<String, Arc<Mutex<Slot>>>);

impl Default for MetadataCache {
    fn default() -> Self {
        Self(Cache::new(PROVIDERS))
    }
}

impl MetadataCache {
    /// Returns the endpoints of this provider. If fetching fails, the last good ones are used for a
    /// day.
    pub(super) async fn endpoints(
        &self,
        http: &EgressClient,
        clock: &dyn Clock,
        provider: &Provider,
    ) -> Result<ProviderEndpoints, UpstreamError> {
        if provider.settings.endpoints.is_some() {
            return written_down(provider);
        }
        let slot = self.0.get_with_by_ref(&provider.issuer, Arc::default);
        let mut slot = slot.lock().await;
        let now = clock.now();
        if let Some((place, at)) = &slot.place
            && (0..FRESH).contains(&(now - at))
        {
            return Ok(place.clone());
        }
        slot.fetch(http, clock, provider, RETRY).await
    }

    /// Fetches the endpoints again because a token could not be verified; returns `None` if that
    /// was attempted within [`UNKNOWN_KEY`] seconds.
    pub(super) async fn newer(
        &self,
        http: &EgressClient,
        clock: &dyn Clock,
        provider: &Provider,
    ) -> Option<ProviderEndpoints> {
        let slot = self.0.get_with_by_ref(&provider.issuer, Arc::default);
        let mut slot = slot.lock().await;
        let tried_at = slot.tried_at?;
        if clock.now() < tried_at + UNKNOWN_KEY {
            return None;
        }
        slot.fetch(http, clock, provider, UNKNOWN_KEY).await.ok()
    }
}

impl Slot {
    async fn fetch(
        &mut self,
        http: &EgressClient,
        clock: &dyn Clock,
        provider: &Provider,
        interval: i64,
    ) -> Result<ProviderEndpoints, UpstreamError> {
        let now = clock.now();
        let last_good = self.place.as_ref();
        let last_good = last_good.filter(|(_, at)| now < at + LAST_GOOD_TTL);
        let last_good = last_good.map(|(place, _)| place.clone());
        if self.tried_at.is_some_and(|at| now < at + interval) {
            let just_failed =
                || UpstreamError::Unavailable("the last attempt has just failed".to_owned());
            return last_good.ok_or_else(just_failed);
        }
        self.tried_at = Some(now);
        let found = discover(http, provider).await;
        // Requests that waited for a provider that hangs do not try it again, one after the other.
        self.tried_at = Some(clock.now());
        match found {
            Ok(place) => {
                self.place = Some((place.clone(), now));
                Ok(place)
            }
            Err(error) => {
                tracing::warn!(provider = %provider.id, %error, "fetching the provider's metadata failed");
                last_good.ok_or(error)
            }
        }
    }
}

/// Fetches the discovery document, whose issuer must be the one requested (OIDC Discovery §4).
pub(super) async fn discover(
    http: &EgressClient,
    provider: &Provider,
) -> Result<ProviderEndpoints, UpstreamError> {
    let issuer = IssuerUrl::new(provider.issuer.clone());
    let issuer = issuer.map_err(UpstreamError::settings)?;
    let metadata = Metadata::discover_async(issuer, &ProviderHttp { http, provider })
        .await
        .map_err(UpstreamError::unavailable)?;
    let token = metadata.token_endpoint().cloned();
    let token = token.ok_or_else(|| UpstreamError::Settings("it has no token endpoint".into()))?;
    let basic = CoreClientAuthMethod::ClientSecretBasic;
    let methods = metadata.token_endpoint_auth_methods_supported();
    Ok(ProviderEndpoints {
        authorization: checked(metadata.authorization_endpoint())?,
        token,
        userinfo: metadata.userinfo_endpoint().map(ToString::to_string),
        keys: metadata.jwks().clone(),
        promises_issuer: metadata
            .additional_metadata()
            .authorization_response_iss_parameter_supported,
        // OIDC Discovery §3: the default is `client_secret_basic`.
        takes_basic: methods.is_none_or(|methods| methods.contains(&basic)),
    })
}

/// Checks the authorization endpoint. The browser is sent there, so only web URLs are accepted.
fn checked(address: &AuthUrl) -> Result<AuthUrl, UpstreamError> {
    let wrong = |problem| UpstreamError::Settings(format!("authorization endpoint: {problem}"));
    check_address(address.as_str()).map_err(wrong)?;
    Ok(address.clone())
}

fn written_down(provider: &Provider) -> Result<ProviderEndpoints, UpstreamError> {
    let Some(endpoints) = &provider.settings.endpoints else {
        return Err(UpstreamError::Settings("it has no endpoints".to_owned()));
    };
    let authorization = AuthUrl::new(endpoints.authorization.clone());
    let token = TokenUrl::new(endpoints.token.clone());
    Ok(ProviderEndpoints {
        authorization: checked(&authorization.map_err(UpstreamError::settings)?)?,
        token: token.map_err(UpstreamError::settings)?,
        userinfo: Some(endpoints.userinfo.clone()),
        keys: CoreJsonWebKeySet::new(Vec::new()),
        promises_issuer: false,
        takes_basic: false,
    })
}
