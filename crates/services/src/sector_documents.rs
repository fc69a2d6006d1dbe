//! A short-lived cache of the documents at sector identifiers (OIDC Registration §5).

use std::sync::Arc;

use doorward_domain::time::UnixSeconds;
use doorward_egress::outgoing::{Source, Want};
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::fetcher::Fetcher;

/// The requirements for a document: a list of redirect URIs.
const LIST: Want = Want {
    types: &["application/json"],
    max_bytes: 64 * 1024,
};
/// Maximum number of cached documents.
const DOCUMENTS: u64 = 100;
/// Time for which a document, or its absence, is cached, in seconds.
const KEPT: i64 = 60;

/// The documents at sector identifiers that were fetched recently, or could not be fetched.
#[derive(Debug)]
pub struct SectorDocuments(Cache<String, Arc<Mutex<Slot>>>);

/// The cache entry of one URL. The lock is held while fetching, so that only one request fetches.
#[derive(Debug, Default)]
struct Slot(Option<(UnixSeconds, Option<Arc<Vec<u8>>>)>);

impl Default for SectorDocuments {
    fn default() -> Self {
        Self(Cache::new(DOCUMENTS))
    }
}

impl SectorDocuments {
    /// Returns the document at a URL, fetched at most once in [`KEPT`] seconds, successfully or
    /// not, and within the limit of its host.
    pub(super) async fn get(&self, fetcher: Fetcher<'_>, address: &str) -> Option<Arc<Vec<u8>>> {
        let slot = self.0.get_with_by_ref(address, Arc::default);
        let mut slot = slot.lock().await;
        let now = fetcher.clock.now();
        if let Some((at, kept)) = &slot.0
            && now < at + KEPT
        {
            return kept.clone();
        }
        let answer = fetcher.get(address, Source::ThirdParty, &LIST).await;
        if let Err(error) = &answer {
            tracing::info!(address, error, "sector identifier not fetched");
        }
        let document = answer.ok().map(|answer| Arc::new(answer.body));
        slot.0 = Some((now, document.clone()));
        document
    }
}
