//! A cache of the providers' discovery documents and keys.

use std::sync::Arc;

use doorward_access::jwt::provider_token::ProviderKeys;
use doorward_domain::model::{Provider, ProviderCause};
use doorward_domain::time::{Clock, UnixSeconds};
use moka::sync::Cache;
use tokio::sync::Mutex;

use super::discovery::{Discovered, discovery_url};
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
/// Maximum number of fetches within [`ROTATION_WINDOW`] because of tokens that could not be verified.
/// After a rotation the first sign-in fetches the new keys; a provider that signs with a key that it
/// never publishes does not double all requests.
const ROTATION_FETCHES: usize = 3;
/// In seconds.
const ROTATION_WINDOW: i64 = 60;

#[derive(Debug, Clone)]
pub(super) struct ProviderEndpoints {
    pub authorization: String,
    pub token: String,
    pub userinfo: Option<String>,
    pub keys: Arc<ProviderKeys>,
    /// True if every response contains the issuer (RFC 9207).
    pub promises_issuer: bool,
    /// True if the client secret is sent in the `Authorization` header (RFC 6749 §2.3.1).
    pub takes_basic: bool,
    /// The algorithms of assertions that authenticate a client; `None` if it does not list them.
    pub assertion_algs: Option<Vec<String>>,
    pub pushed_requests: Option<String>,
    /// True if it accepts only pushed authorization requests (RFC 9126 §5).
    pub requires_pushed: bool,
}

#[derive(Debug, Default)]
struct Slot {
    place: Option<(ProviderEndpoints, UnixSeconds)>,
    tried_at: Option<UnixSeconds>,
    /// The times of the latest fetches because of tokens that could not be verified.
    rotations: Vec<UnixSeconds>,
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
        if slot.tried_at.is_some_and(|at| now < at + RETRY) {
            let just_failed =
                || UpstreamError::Unavailable("the last attempt has just failed".to_owned());
            return slot.last_good(now).ok_or_else(just_failed);
        }
        let fetched = slot.fetch(http, clock, provider).await;
        fetched.or_else(|error| slot.last_good(now).ok_or(error))
    }

    /// Returns newer endpoints than `used`, because a token could not be verified with them: those that
    /// another request has fetched meanwhile, or new ones, at most [`ROTATION_FETCHES`] times within
    /// [`ROTATION_WINDOW`] seconds.
    pub(super) async fn newer(
        &self,
        http: &EgressClient,
        clock: &dyn Clock,
        provider: &Provider,
        used: &ProviderEndpoints,
    ) -> Option<ProviderEndpoints> {
        let slot = self.0.get_with_by_ref(&provider.issuer, Arc::default);
        let mut slot = slot.lock().await;
        if let Some((place, _)) = &slot.place
            && !Arc::ptr_eq(&place.keys, &used.keys)
        {
            return Some(place.clone());
        }
        let now = clock.now();
        slot.rotations
            .retain(|at| (0..ROTATION_WINDOW).contains(&(now - at)));
        if slot.rotations.len() >= ROTATION_FETCHES {
            return None;
        }
        slot.rotations.push(now);
        slot.fetch(http, clock, provider).await.ok()
    }
}

impl Slot {
    fn last_good(&self, now: UnixSeconds) -> Option<ProviderEndpoints> {
        let place = self.place.as_ref();
        let place = place.filter(|(_, at)| now < at + LAST_GOOD_TTL);
        place.map(|(place, _)| place.clone())
    }

    async fn fetch(
        &mut self,
        http: &EgressClient,
        clock: &dyn Clock,
        provider: &Provider,
    ) -> Result<ProviderEndpoints, UpstreamError> {
        let now = clock.now();
        self.tried_at = Some(now);
        let found = discover(http, provider).await;
        // Requests that waited for a provider that hangs do not try it again, one after the other.
        self.tried_at = Some(clock.now());
        match &found {
            Ok(place) => self.place = Some((place.clone(), now)),
            Err(error) => {
                tracing::warn!(provider = %provider.id, %error, "fetching the provider's metadata failed");
            }
        }
        found
    }
}

/// Fetches the discovery document, whose issuer must be the one requested (OIDC Discovery §4), and the
/// keys.
pub(super) async fn discover(
    http: &EgressClient,
    provider: &Provider,
) -> Result<ProviderEndpoints, UpstreamError> {
    let settings = |detail: &str| UpstreamError::unaccepted(ProviderCause::Settings, detail);
    let http = ProviderHttp { http, provider };
    let url = discovery_url(&provider.issuer).ok_or_else(|| settings("the issuer is no URL"))?;
    let document = http.document(url.as_str(), "the metadata").await?;
    let found = Discovered::read(&document);
    let found = found.ok_or_else(|| settings("the metadata are not a JSON object"))?;
    let urls = found.urls(&provider.issuer)?;
    let keys = http.document(&urls.keys, "the keys").await?;
    let keys = ProviderKeys::read(&keys);
    let keys = keys.ok_or_else(|| settings("the keys are not a JWK Set"))?;
    Ok(ProviderEndpoints {
        authorization: urls.authorization,
        token: urls.token,
        userinfo: urls.userinfo,
        keys: Arc::new(keys),
        promises_issuer: found.authorization_response_iss_parameter_supported,
        takes_basic: found.takes_basic(),
        assertion_algs: found.token_endpoint_auth_signing_alg_values_supported,
        pushed_requests: urls.pushed_requests,
        requires_pushed: found.require_pushed_authorization_requests,
    })
}

fn written_down(provider: &Provider) -> Result<ProviderEndpoints, UpstreamError> {
    let wrong = |detail: &str| UpstreamError::unaccepted(ProviderCause::Settings, detail);
    let Some(endpoints) = &provider.settings.endpoints else {
        return Err(wrong("it has no endpoints"));
    };
    // The browser is sent there, so only web URLs are accepted.
    let checked = check_address(&endpoints.authorization);
    checked.map_err(|problem| wrong(&format!("authorization endpoint: {problem}")))?;
    Ok(ProviderEndpoints {
        authorization: endpoints.authorization.clone(),
        token: endpoints.token.clone(),
        userinfo: Some(endpoints.userinfo.clone()),
        keys: Arc::default(),
        promises_issuer: false,
        takes_basic: false,
        assertion_algs: None,
        pushed_requests: None,
        requires_pushed: false,
    })
}
