//! Fetches of documents from URLs that third parties configured, within limits, and the times of those
//! of client documents.

use doorward_egress::outgoing::{EgressClient, Fetched};
use tokio::sync::Mutex;

use crate::cache::Cache;
use crate::limits::RateLimiter;
use crate::prelude::*;

/// The client, rate limits and clock of fetches.
#[derive(Clone, Copy, Debug)]
pub struct Fetcher<'a> {
    pub http: &'a EgressClient,
    pub rate_limiter: &'a RateLimiter,
    pub clock: &'a dyn Clock,
}

impl Fetcher<'_> {
    /// Fetches a document, unless the limit of its host is exceeded. The error is for the log.
    #[boxed]
    pub async fn get<'a>(
        &'a self,
        url: SourcedUrl<'a>,
        want: &FetchRequirements,
    ) -> Result<Fetched, String> {
        if self.rate_limiter.admit_fetch(url.text()).await.is_err() {
            return Err("too many fetches from this host".to_owned());
        }
        let fetched = self.http.get(url, want).await;
        fetched.map_err(|error| error.to_string())
    }
}

/// Maximum number of URLs in the cache.
const ADDRESSES: u64 = 1000;

/// The time of the last fetch, by URL. The lock is held while fetching, so that only one request
/// fetches.
#[derive(Debug)]
pub struct Fetches(Cache<Mutex<Option<UnixSeconds>>>);

impl Default for Fetches {
    fn default() -> Self {
        Self(Cache::new(ADDRESSES))
    }
}

impl Fetches {
    /// Returns the time of the last fetch of this URL; hold its lock while fetching.
    pub fn lock(&self, address: &str) -> Arc<Mutex<Option<UnixSeconds>>> {
        self.0.get_or_make(address, Mutex::default)
    }
}
