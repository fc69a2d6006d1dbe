//! The public keys of clients: registered, or fetched from their `jwks_uri` and cached.

use std::sync::RwLock;

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_access::jwt::verify::TokenRejection;
use doorward_domain::credentials::client_certificate::ClientCertificate;
use tokio::sync::Mutex;

use crate::cache::Cache;
use crate::fetcher::Fetcher;
use crate::prelude::*;

/// Maximum number of clients with cached keys.
const CLIENTS: u64 = 1000;
const JWK_SET: FetchRequirements = FetchRequirements {
    types: &["application/json", "application/jwk-set+json"],
    max_bytes: 64 * 1024,
};
/// Default time that fetched keys are fresh, in seconds.
const FRESH: i64 = 300;
/// Bounds of the time in `Cache-Control`, in seconds: avoids frequent fetches and keys that are
/// never renewed.
const FRESH_BOUNDS: (i64, i64) = (60, 3600);
/// Maximum age of keys that are used if newer ones cannot be fetched, in seconds.
const LAST_GOOD_TTL: i64 = 24 * 3600;
/// Minimum time between two fetches for an unknown key, in seconds. [`throttle`] limits their
/// number in a longer period.
const UNKNOWN_KEY: i64 = 5;
/// Minimum time between two fetches of keys that are not fresh, in seconds.
const RETRY: i64 = 5;

/// Parsed keys, registered or fetched.
#[derive(Debug)]
pub struct ClientKeys {
    registered: Cache<ExternalKeys>,
    fetched: Cache<Slot>,
}

#[derive(Clone, Copy, Debug)]
pub struct KeyLocation<'a> {
    pub jwks: Option<&'a str>,
    pub jwks_uri: Option<SourcedUrl<'a>>,
}

impl<'a> From<&'a Client> for KeyLocation<'a> {
    fn from(client: &'a Client) -> Self {
        Self {
            jwks: client.jwks.as_deref(),
            jwks_uri: client
                .jwks_uri
                .as_deref()
                .map(|url| SourcedUrl::of_client(client, url)),
        }
    }
}

#[derive(Debug, Default)]
struct Slot {
    /// The keys, and the time until which they are fresh.
    keys: RwLock<Option<(Arc<ExternalKeys>, UnixSeconds)>>,
    /// The time of the latest attempt. The lock is held while fetching, so that only one request fetches.
    tried_at: Mutex<Option<UnixSeconds>>,
}

impl Default for ClientKeys {
    fn default() -> Self {
        Self {
            registered: Cache::new(CLIENTS),
            fetched: Cache::new(CLIENTS),
        }
    }
}

impl ClientKeys {
    /// Verifies a signature of a client; the caller checks the claims. An unknown key causes
    /// another fetch, within limits.
    #[boxed]
    pub async fn verify<'a>(
        &'a self,
        fetcher: Fetcher<'a>,
        client: &Client,
        token: &str,
        typ_allowed: &[&str],
    ) -> Result<Map<String, Value>, TokenRejection> {
        self.verify_with(fetcher, client.into(), token, typ_allowed)
            .await
    }

    /// Verifies a signature of any party, with its registered key set or that of its URL.
    #[boxed]
    pub async fn verify_with<'a>(
        &'a self,
        fetcher: Fetcher<'a>,
        location: KeyLocation<'a>,
        token: &str,
        typ_allowed: &[&str],
    ) -> Result<Map<String, Value>, TokenRejection> {
        self.consult(fetcher, location, |keys| {
            match external_keys::verify(token, keys, typ_allowed) {
                Err(TokenRejection::UnknownKey { kid }) => Err(TokenRejection::UnknownKey { kid }),
                decision => Ok(decision),
            }
        })
        .await?
    }

    /// Returns true if the client's keys contain that of a certificate (RFC 8705 §2.2.2).
    #[boxed]
    pub async fn know<'a>(
        &'a self,
        fetcher: Fetcher<'a>,
        client: &Client,
        presented: &ClientCertificate,
    ) -> bool {
        // A weak key matches no client.
        let Some(key) = &presented.key else {
            return false;
        };
        let look = |keys: &ExternalKeys| {
            let known = keys.know(&presented.thumbprint, key);
            known.then_some(()).ok_or_else(unknown_key)
        };
        self.consult(fetcher, client.into(), look).await.is_ok()
    }

    /// Passes the keys of a party to `look`. If `look` fails, fetched keys are fetched once more,
    /// within limits.
    async fn consult<T>(
        &self,
        fetcher: Fetcher<'_>,
        location: KeyLocation<'_>,
        look: impl Fn(&ExternalKeys) -> Result<T, TokenRejection>,
    ) -> Result<T, TokenRejection> {
        if let Some(document) = location.jwks {
            return look(&self.registered(document));
        }
        let Some(place) = location.jwks_uri else {
            return Err(unknown_key());
        };
        let slot = self.fetched.get_or_make(place.key(), Slot::default);
        let keys = slot.fresh(fetcher, place).await;
        if let Ok(found) = look(&keys) {
            return Ok(found);
        }
        let keys = slot.newer(fetcher, place).await;
        look(&keys)
    }

    fn registered(&self, document: &str) -> Arc<ExternalKeys> {
        let parse = || ExternalKeys::from_jwks(document).unwrap_or_default();
        self.registered.get_or_make(document, parse)
    }
}

const fn unknown_key() -> TokenRejection {
    let kid = String::new();
    TokenRejection::UnknownKey { kid }
}

impl Slot {
    /// Returns fresh keys, or the last good ones if newer ones cannot be fetched.
    async fn fresh(&self, fetcher: Fetcher<'_>, place: SourcedUrl<'_>) -> Arc<ExternalKeys> {
        let now = fetcher.clock.now();
        if let Some(keys) = self.usable(now, 0) {
            return keys;
        }
        // While another request fetches, the last good ones are used.
        let mut tried_at = match (self.tried_at.try_lock(), self.usable(now, LAST_GOOD_TTL)) {
            (Ok(tried_at), _) => tried_at,
            (Err(_), Some(keys)) => return keys,
            (Err(_), None) => self.tried_at.lock().await,
        };
        let now = fetcher.clock.now();
        if self.usable(now, 0).is_none() && is_due(*tried_at, now, RETRY) {
            self.fetch(fetcher, place, &mut tried_at).await;
        }
        self.usable(now, LAST_GOOD_TTL).unwrap_or_default()
    }

    /// Fetches the keys again because of an unknown key, within limits.
    async fn newer(&self, fetcher: Fetcher<'_>, place: SourcedUrl<'_>) -> Arc<ExternalKeys> {
        let mut tried_at = self.tried_at.lock().await;
        let now = fetcher.clock.now();
        if is_due(*tried_at, now, UNKNOWN_KEY)
            && fetcher
                .rate_limiter
                .admit_unknown_key(place.text())
                .await
                .is_ok()
        {
            self.fetch(fetcher, place, &mut tried_at).await;
        }
        self.usable(now, LAST_GOOD_TTL).unwrap_or_default()
    }

    async fn fetch(
        &self,
        fetcher: Fetcher<'_>,
        place: SourcedUrl<'_>,
        tried_at: &mut Option<UnixSeconds>,
    ) {
        let now = fetcher.clock.now();
        *tried_at = Some(now);
        let fetched = fetch(fetcher, place).await;
        // Requests that waited for a host that hangs do not try it again, one after the other.
        *tried_at = Some(fetcher.clock.now());
        match fetched {
            Ok((keys, age)) => {
                let mut stored = self.keys.write().unwrap_or_else(PoisonError::into_inner);
                *stored = Some((keys, now + age));
            }
            Err(error) => tracing::info!(address = place.text(), %error, "client keys not fetched"),
        }
    }

    /// Returns the cached keys if they are fresh, or became old at most `grace` seconds ago.
    fn usable(&self, now: UnixSeconds, grace: i64) -> Option<Arc<ExternalKeys>> {
        let stored = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let usable = stored.as_ref().filter(|(_, until)| now < until + grace);
        usable.map(|(keys, _)| Arc::clone(keys))
    }
}

fn is_due(tried_at: Option<UnixSeconds>, now: UnixSeconds, interval: i64) -> bool {
    tried_at.is_none_or(|at| now >= at + interval)
}

async fn fetch(
    fetcher: Fetcher<'_>,
    place: SourcedUrl<'_>,
) -> Result<(Arc<ExternalKeys>, i64), String> {
    let document = fetcher.get(place, &JWK_SET).await?;
    let text = String::from_utf8(document.body).map_err(|error| error.to_string())?;
    let keys = ExternalKeys::from_jwks(&text).map_err(|error| error.to_string())?;
    let (least, max) = FRESH_BOUNDS;
    let age = document.max_age.unwrap_or(FRESH).clamp(least, max);
    Ok((Arc::new(keys), age))
}
