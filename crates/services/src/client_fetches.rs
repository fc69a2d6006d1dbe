//! The URLs of client documents that were fetched recently.

use std::sync::Arc;

use doorward_domain::time::UnixSeconds;
use moka::sync::Cache;
use tokio::sync::Mutex;

/// Maximum number of URLs in the cache.
const ADDRESSES: u64 = 1000;

/// The time of the last fetch, by URL. The lock is held while fetching, so that only one request
/// fetches.
#[derive(Debug)]
pub struct Fetches(Cache<String, Arc<Mutex<Option<UnixSeconds>>>>);

impl Default for Fetches {
    fn default() -> Self {
        Self(Cache::new(ADDRESSES))
    }
}

impl Fetches {
    /// Returns the time of the last fetch of this URL; hold its lock while fetching.
    pub fn lock(&self, address: &str) -> Arc<Mutex<Option<UnixSeconds>>> {
        self.0.get_with_by_ref(address, Arc::default)
    }
}
