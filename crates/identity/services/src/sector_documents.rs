//! A short-lived cache of the documents at sector identifiers (OIDC Registration §5).

use tokio::sync::Mutex;

use crate::cache::Cache;
use crate::fetcher::Fetcher;
use crate::prelude::*;

/// The requirements for a document: a list of redirect URIs.
const LIST: FetchRequirements = FetchRequirements {
    types: &["application/json"],
    max_bytes: 64 * 1024,
};
const DOCUMENTS: u64 = 100;
/// Time for which a document, or its absence, is cached, in seconds.
const CACHE_SECONDS: i64 = 60;

/// The documents at sector identifiers that were fetched recently, or could not be fetched.
#[derive(Debug)]
pub struct SectorDocuments(Cache<Mutex<Slot>>);

/// The cache entry of one URL. The lock is held while fetching, so that only one request fetches.
#[derive(Debug, Default)]
struct Slot(Option<(UnixSeconds, Option<Arc<Vec<u8>>>)>);

impl Default for SectorDocuments {
    fn default() -> Self {
        Self(Cache::new(DOCUMENTS))
    }
}

impl SectorDocuments {
    /// Returns the document at a URL, fetched at most once in [`CACHE_SECONDS`] seconds, successfully or
    /// not, and within the limit of its host.
    #[boxed]
    pub async fn get<'a>(&'a self, fetcher: Fetcher<'a>, address: &str) -> Option<Arc<Vec<u8>>> {
        let slot = self.0.get_or_make(address, Mutex::default);
        let mut slot = slot.lock().await;
        let now = fetcher.clock.now();
        if let Some((at, stored)) = &slot.0
            && now < at + CACHE_SECONDS
        {
            return stored.clone();
        }
        let response = fetcher
            .get(SourcedUrl::of_third_party(address), &LIST)
            .await;
        if let Err(error) = &response {
            tracing::info!(address, error, "sector identifier not fetched");
        }
        let document = response.ok().map(|response| Arc::new(response.body));
        slot.0 = Some((now, document.clone()));
        document
    }
}
