//! The documents at sector identifiers (OIDC Registration §5), fetched and kept for a short time.

use std::sync::Arc;

use doorward_domain::time::UnixSeconds;
use doorward_egress::outgoing::{Source, Want};
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::fetcher::Fetcher;

/// A list of redirect URIs.
const LIST: Want = Want {
    types: &["application/json"],
    max_bytes: 64 * 1024,
};
/// How many documents are kept.
const DOCUMENTS: u64 = 100;
/// How long a document, or its absence, is kept, in seconds.
const KEPT: i64 = 60;

/// The documents at sector identifiers that were fetched lately, and those that could not be fetched.
#[derive(Debug)]
pub struct SectorDocuments(Cache<String, Arc<Mutex<Slot>>>);

/// One address. The lock is held while fetching, so that one request at a time does.
#[derive(Debug, Default)]
struct Slot(Option<(UnixSeconds, Option<Arc<Vec<u8>>>)>);

impl Default for SectorDocuments {
    fn default() -> Self {
        Self(Cache::new(DOCUMENTS))
    }
}

impl SectorDocuments {
    /// Returns the document at an address, fetched at most once in [`KEPT`] seconds, whether that succeeded or
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
