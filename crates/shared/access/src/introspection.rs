//! Introspection of API keys and reference tokens at the issuer (RFC 7662), and of signed tokens
//! that could not carry all roles and groups, with a short-lived cache.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use doorward_protocol::introspection::{API_KEY, CLIENT_ADDRESS, IntrospectionResponse};
use doorward_protocol::token::TokenType;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::access::AuthError;
use crate::client_credentials::ClientCredentials;
use crate::clock::Clock;
use crate::jwt::claims::Confirmation;
use crate::jwt::jwks::{FetchError, Fetcher};
use crate::jwt::verify::{MAX_TOKEN_BYTES, TokenRejection, is_whole};
use crate::principal::{Credential, Principal};
use crate::signals::Signals;

/// Cache time of an active response in seconds: the maximum delay of a revocation.
pub const CACHE_TTL: i64 = 30;
/// Cache time of an inactive response in seconds.
pub const BAD_FOR: i64 = 5;
/// Wait after a failed request to the issuer in seconds.
const RETRY: i64 = 2;
/// Cache time of the endpoint's address in seconds.
const METADATA_AGE: i64 = 3600;
/// Maximum number of cached responses.
const REMEMBERED: u64 = 10_000;
/// Maximum age of a cache entry, independent of the clock that decides about its validity.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2 * CACHE_TTL.unsigned_abs());
/// Maximum length of an introspected key or reference token in bytes.
pub const MAX_BYTES: usize = 512;
/// Maximum size of a response in bytes: it lists every role and group.
const MAX_RESPONSE: usize = 512 * 1024;

/// The credentials of a resource server at the issuer: a confidential client registered as the
/// server of the resource.
pub type IntrospectionClient = ClientCredentials;

/// The kind of credential to introspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An API key from `X-API-Key`.
    ApiKey,
    /// A bearer token that is not signed.
    ReferenceToken,
    /// A signed token, already verified, whose lists are incomplete.
    SignedToken,
}

impl Kind {
    const fn hint(self) -> &'static str {
        match self {
            Self::ApiKey => API_KEY,
            Self::ReferenceToken | Self::SignedToken => "access_token",
        }
    }

    const fn max_bytes(self) -> usize {
        match self {
            Self::ApiKey | Self::ReferenceToken => MAX_BYTES,
            Self::SignedToken => MAX_TOKEN_BYTES,
        }
    }

    /// Returns true if the response's token type matches this kind: a token is not accepted as an
    /// API key, and a key is not accepted as a token.
    fn is(self, token_type: Option<&str>) -> bool {
        match self {
            Self::ApiKey => token_type == Some(API_KEY),
            Self::ReferenceToken | Self::SignedToken => {
                let schemes = [TokenType::Bearer, TokenType::Dpop];
                let names =
                    |scheme: &TokenType, kind: &str| scheme.as_str().eq_ignore_ascii_case(kind);
                token_type.is_none_or(|kind| schemes.iter().any(|scheme| names(scheme, kind)))
            }
        }
    }
}

/// A client for introspection requests, at most one at a time for each key.
#[derive(Debug)]
pub(crate) struct Introspector {
    issuer: String,
    former_issuers: Vec<String>,
    audience: String,
    client: IntrospectionClient,
    fetcher: Fetcher,
    signals: Option<Signals>,
    clock: Arc<dyn Clock>,
    endpoint: ArcSwapOption<(String, i64)>,
    slots: Cache<[u8; 32], Arc<Slot>>,
    /// Time until which the issuer is treated as unavailable.
    away_until: AtomicI64,
}

/// The response for one key; locked during the request, so that concurrent callers share it.
#[derive(Debug, Default)]
struct Slot(Mutex<Option<Answer>>);

#[derive(Debug)]
struct Answer {
    result: Result<Arc<Principal>, AuthError>,
    /// Time of the response.
    at: i64,
    until: i64,
}

impl Introspector {
    pub(crate) fn new(
        issuer: &str,
        audience: &str,
        client: IntrospectionClient,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FetchError> {
        Ok(Self {
            issuer: issuer.to_owned(),
            former_issuers: Vec::new(),
            audience: audience.to_owned(),
            client,
            fetcher: Fetcher::new()?,
            signals: None,
            clock,
            endpoint: ArcSwapOption::empty(),
            slots: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(FORGOTTEN_AFTER)
                .build(),
            away_until: AtomicI64::new(i64::MIN),
        })
    }

    /// Returns this client, which also accepts responses about tokens of former issuers.
    pub(crate) fn with_former_issuers(mut self, former: &[String]) -> Self {
        self.former_issuers = former.to_vec();
        self
    }

    /// Returns this client, which asks again about what these revocations may concern.
    pub(crate) fn with_signals(mut self, signals: Option<Signals>) -> Self {
        self.signals = signals;
        self
    }

    /// Returns true if a revocation after the response may concern its caller. A key or a grant may
    /// outlive it, so that only the issuer decides.
    fn is_doubted(&self, response: &Answer, now: i64) -> bool {
        let (Some(signals), Ok(principal)) = (&self.signals, &response.result) else {
            return false;
        };
        let marks = signals.marks(principal, response.at);
        signals.find(&marks, principal, now).is_some()
    }

    /// Returns the principal of a key or token used from this address.
    ///
    /// # Errors
    /// Returns `Refused` if it is not accepted, `TooManyGroups` if it has so many roles or groups that
    /// the issuer does not list all, and `Unavailable` during an outage without a cached response: 503,
    /// never access and never a 401.
    pub(crate) async fn introspect(
        &self,
        kind: Kind,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<Arc<Principal>, AuthError> {
        if text.is_empty() || text.len() > kind.max_bytes() {
            return Err(AuthError::Refused);
        }
        let slot = self.slots.get_with(name(kind, text, address), Arc::default);
        let mut kept = slot.0.lock().await;
        let now = self.clock.now();
        let is_valid = |response: &&Answer| now < response.until && !self.is_doubted(response, now);
        if let Some(response) = kept.as_ref().filter(is_valid) {
            return response.result.clone();
        }
        *kept = None;
        let response = self.fetch(kind, text, address).await?;
        kept.insert(response).result.clone()
    }

    async fn fetch(
        &self,
        kind: Kind,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<Answer, AuthError> {
        let away = AuthError::Unavailable { retry_after: RETRY };
        if self.clock.now() < self.away_until.load(Ordering::Relaxed) {
            return Err(away);
        }
        match self.request(kind, text, address).await {
            Ok(response) => Ok(self.read(kind, response)),
            // About this token only: the issuer is available.
            Err(FetchError::TooLarge) => Ok(Answer {
                result: Err(TokenRejection::TooManyGroups.into()),
                at: self.clock.now(),
                until: self.clock.now().saturating_add(BAD_FOR),
            }),
            Err(error) => {
                let until = self.clock.now().saturating_add(RETRY);
                self.away_until.store(until, Ordering::Relaxed);
                // The endpoint may have moved: look it up again next time.
                self.endpoint.store(None);
                tracing::warn!(issuer = self.issuer, %error, "introspection failed");
                Err(away)
            }
        }
    }

    async fn request(
        &self,
        kind: Kind,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<IntrospectionResponse, FetchError> {
        let endpoint = self.endpoint().await?;
        let address = address.map(|address| address.to_string());
        let mut fields = vec![("token", text), ("token_type_hint", kind.hint())];
        fields.extend(address.as_deref().map(|address| (CLIENT_ADDRESS, address)));
        let IntrospectionClient {
            client_id,
            client_secret,
        } = &self.client;
        let body = self
            .fetcher
            .post_form(&endpoint, (client_id, client_secret), &fields, MAX_RESPONSE)
            .await?;
        serde_json::from_slice(&body).map_err(|_| FetchError::Malformed)
    }

    async fn endpoint(&self) -> Result<String, FetchError> {
        let now = self.clock.now();
        if let Some(known) = self.endpoint.load().as_ref().filter(|load| now < load.1) {
            return Ok(known.0.clone());
        }
        let endpoint = self
            .fetcher
            .address_in_metadata(&self.issuer, "introspection_endpoint")
            .await?;
        let entry = (endpoint.clone(), now + METADATA_AGE);
        self.endpoint.store(Some(Arc::new(entry)));
        Ok(endpoint)
    }

    fn read(&self, kind: Kind, response: IntrospectionResponse) -> Answer {
        let now = self.clock.now();
        let is_ours = response.active
            && kind.is(response.token_type.as_deref())
            && response
                .iss
                .as_ref()
                .is_none_or(|iss| *iss == self.issuer || self.former_issuers.contains(iss))
            && response.aud.contains(&self.audience)
            && response.exp.is_none_or(|exp| now < exp);
        let good_until = now.saturating_add(CACHE_TTL);
        let result = if is_ours {
            result(kind, response, good_until)
        } else {
            Err(AuthError::Refused)
        };
        let until = match &result {
            Ok(principal) => good_until.min(principal.expires_at),
            Err(_) => now.saturating_add(BAD_FOR),
        };
        Answer {
            result,
            at: now,
            until,
        }
    }
}

/// Returns the cache key. It includes the address, because an API key may be limited to networks.
fn name(kind: Kind, text: &str, address: Option<IpAddr>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([kind as u8]);
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
    if let Some(address) = address {
        hash.update(address.to_string().as_bytes());
    }
    hash.finalize().into()
}

fn result(
    kind: Kind,
    response: IntrospectionResponse,
    no_end: i64,
) -> Result<Arc<Principal>, AuthError> {
    if !is_whole(&response.overage) {
        tracing::warn!(
            sub = response.sub,
            overage = response.overage.join(" "),
            "introspection response with incomplete roles or groups rejected: remove the subject from \
             some, or update the issuer"
        );
        return Err(TokenRejection::TooManyGroups.into());
    }
    let principal = principal(kind, response, no_end).ok_or(AuthError::Refused)?;
    Ok(Arc::new(principal))
}

fn principal(kind: Kind, response: IntrospectionResponse, no_end: i64) -> Option<Principal> {
    let jti = response.jti.unwrap_or_default();
    let kind_of_token = response.token_type.as_deref().unwrap_or_default();
    let is_bound = kind_of_token.eq_ignore_ascii_case(TokenType::Dpop.as_str());
    Some(Principal {
        credential: match kind {
            Kind::ApiKey => Credential::ApiKey { id: jti.clone() },
            Kind::ReferenceToken => Credential::ReferenceToken,
            Kind::SignedToken => Credential::SignedToken,
        },
        subject: response.sub?,
        client_id: response.client_id?,
        scope: response.scope.unwrap_or_default(),
        roles: response.roles,
        groups: response.groups,
        managed_groups: response.managed_groups,
        entitlements: response.entitlements.into_iter().collect(),
        org: response.org,
        email_verified: response.email_verified.unwrap_or(false),
        acr: response.acr,
        amr: response.amr,
        auth_time: response.auth_time,
        sid: response.sid,
        jti,
        expires_at: response.exp.unwrap_or(no_end),
        // A token reported as bound, to whatever key, must not be used as a bearer token.
        confirmation: response
            .cnf
            .or_else(|| is_bound.then(Confirmation::default)),
        authorization_details: response.authorization_details,
        claims: response.extra,
    })
}

#[cfg(test)]
mod tests;
