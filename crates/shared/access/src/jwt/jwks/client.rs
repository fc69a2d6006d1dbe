//! The issuer's keys, cached and refreshed.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::fetch::{FetchError, Fetcher, check_url};
use super::key_set::KeySet;
use crate::clock::Clock;

/// Time in seconds for which stale keys are used while the issuer is unavailable.
const STALE: i64 = 3600;
/// Minimum interval in seconds between fetches caused by an unknown `kid`.
const UNKNOWN_KID_INTERVAL: i64 = 5;
/// Maximum number of fetches caused by unknown `kid`s in [`UNKNOWN_KID_WINDOW`].
const UNKNOWN_KID_FETCHES: u32 = 30;
/// Window of [`UNKNOWN_KID_FETCHES`] in seconds.
const UNKNOWN_KID_WINDOW: i64 = 600;
/// Wait after a failed fetch in seconds.
const RETRY: i64 = 5;
/// Cache time of a `jwks_uri` in seconds.
const METADATA_AGE: i64 = 3600;

/// An outage of the issuer without usable keys: respond with 503, not 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys are not available")]
pub struct KeysUnavailable {
    /// Seconds until another attempt makes sense.
    pub retry_after: i64,
}

/// A client that fetches and caches the keys of one issuer.
///
/// Keys are fresh as long as `Cache-Control: max-age` says. Concurrent callers share one fetch. An
/// unknown `kid` causes a fetch, at most once in 5 s and 30 times in ten minutes. While the issuer
/// is unavailable, its keys are used for one more hour.
#[derive(Debug)]
pub struct JwksClient {
    issuer: String,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    snapshot: ArcSwapOption<Snapshot>,
    /// Locked during a fetch, so that concurrent callers share it.
    attempts: Mutex<Attempts>,
}

#[derive(Debug)]
struct Snapshot {
    keys: Arc<KeySet>,
    fresh_until: i64,
}

#[derive(Debug, Default)]
struct Attempts {
    last: Option<Attempt>,
    for_unknown_kid: UnknownKid,
    jwks_uri: Option<(String, i64)>,
}

#[derive(Debug, Clone, Copy)]
struct Attempt {
    at: i64,
    succeeded: bool,
}

/// The successful fetches that unknown `kid`s caused.
#[derive(Debug, Default)]
struct UnknownKid {
    last: Option<i64>,
    /// Start of the window, and the number of fetches in it.
    window: (i64, u32),
}

/// Returns true in the seconds from `start` on. A start that is ahead comes from a clock that was ahead.
fn is_within(start: i64, seconds: i64, now: i64) -> bool {
    (start..start.saturating_add(seconds)).contains(&now)
}

impl UnknownKid {
    /// Returns true if another fetch is within the limits.
    fn admits(&self, now: i64) -> bool {
        let (began, fetches) = self.window;
        let is_due = self
            .last
            .is_none_or(|at| !is_within(at, UNKNOWN_KID_INTERVAL, now));
        is_due && (fetches < UNKNOWN_KID_FETCHES || !is_within(began, UNKNOWN_KID_WINDOW, now))
    }

    fn record_failure(&mut self, now: i64) {
        self.last = Some(now);
        let (began, fetches) = self.window;
        self.window = if fetches == 0 || !is_within(began, UNKNOWN_KID_WINDOW, now) {
            (now, 1)
        } else {
            (began, fetches + 1)
        };
    }
}

impl Attempts {
    /// Returns true if the latest attempt failed less than [`RETRY`] seconds ago.
    fn must_wait(&self, now: i64) -> bool {
        self.last
            .is_some_and(|last| !last.succeeded && is_within(last.at, RETRY, now))
    }
}

impl JwksClient {
    /// Creates a client for this issuer without fetching. The issuer must be https, or http on this
    /// machine.
    pub fn new(issuer: impl Into<String>, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        let issuer = issuer.into();
        check_url(&issuer)?;
        Ok(Self {
            issuer,
            fetcher: Fetcher::new()?,
            clock,
            snapshot: ArcSwapOption::empty(),
            attempts: Mutex::default(),
        })
    }

    /// Returns the keys; fetches them if they are not fresh.
    pub async fn keys(&self) -> Result<Arc<KeySet>, KeysUnavailable> {
        let now = self.clock.now();
        if let Some(keys) = self.usable(now, 0) {
            return Ok(keys);
        }
        // Another caller is fetching: use the old keys meanwhile.
        let mut attempts = match (self.attempts.try_lock(), self.usable(now, STALE)) {
            (Ok(attempts), _) => attempts,
            (Err(_), Some(keys)) => return Ok(keys),
            (Err(_), None) => self.attempts.lock().await,
        };
        let now = self.clock.now();
        if let Some(keys) = self.usable(now, 0) {
            return Ok(keys);
        }
        if !attempts.must_wait(now)
            && let Some(keys) = self.fetch(&mut attempts).await
        {
            return Ok(keys);
        }
        self.usable(now, STALE)
            .ok_or(KeysUnavailable { retry_after: RETRY })
    }

    /// Returns the keys for a token with an unknown `kid`; fetches again within the limits. If the
    /// latest attempt failed, the key may exist: then returns [`KeysUnavailable`], so that an
    /// outage does not sign out a legitimate caller.
    pub async fn keys_for(&self, kid: &str) -> Result<Arc<KeySet>, KeysUnavailable> {
        let known = |keys: &Arc<KeySet>| keys.contains(kid);
        if let Some(keys) = self.usable(self.clock.now(), 0).filter(known) {
            return Ok(keys);
        }
        let mut attempts = self.attempts.lock().await;
        let now = self.clock.now();
        if let Some(keys) = self.usable(now, 0).filter(known) {
            return Ok(keys);
        }
        if attempts.for_unknown_kid.admits(now)
            && !attempts.must_wait(now)
            && let Some(keys) = self.fetch(&mut attempts).await
        {
            attempts.for_unknown_kid.record_failure(now);
            return Ok(keys);
        }
        let succeeded = attempts.last.is_some_and(|last| last.succeeded);
        let answer = self
            .usable(now, STALE)
            .filter(|keys| succeeded || known(keys));
        answer.ok_or(KeysUnavailable { retry_after: RETRY })
    }

    /// Returns the cached keys if they became stale at most `grace` seconds ago.
    fn usable(&self, now: i64, grace: i64) -> Option<Arc<KeySet>> {
        let snapshot = self.snapshot.load();
        let snapshot = snapshot
            .as_ref()
            .filter(|s| now < s.fresh_until.saturating_add(grace))?;
        Some(Arc::clone(&snapshot.keys))
    }

    async fn fetch(&self, attempts: &mut Attempts) -> Option<Arc<KeySet>> {
        let result = self.fetch_documents(attempts).await;
        let at = self.clock.now();
        attempts.last = Some(Attempt {
            at,
            succeeded: result.is_ok(),
        });
        match result {
            Ok(snapshot) => {
                let keys = Arc::clone(&snapshot.keys);
                self.snapshot.store(Some(Arc::new(snapshot)));
                Some(keys)
            }
            Err(error) => {
                // The key set may have moved: look its address up again next time.
                attempts.jwks_uri = None;
                tracing::warn!(issuer = self.issuer, %error, "the issuer's keys were not fetched");
                None
            }
        }
    }

    async fn fetch_documents(&self, attempts: &mut Attempts) -> Result<Snapshot, FetchError> {
        let now = self.clock.now();
        let known = attempts.jwks_uri.take().filter(|(_, until)| now < *until);
        let (jwks_uri, until) = match known {
            Some(known) => known,
            None => (
                self.fetcher.jwks_uri(&self.issuer).await?,
                now + METADATA_AGE,
            ),
        };
        let fetched = self.fetcher.keys(&jwks_uri).await?;
        attempts.jwks_uri = Some((jwks_uri, until));
        Ok(Snapshot {
            keys: Arc::new(fetched.keys),
            fresh_until: now + fetched.max_age,
        })
    }
}

#[cfg(test)]
mod tests;
