//! The addresses of client documents that were asked lately.

use std::sync::Arc;

use doorward_domain::time::UnixSeconds;
use moka::sync::Cache;
use tokio::sync::Mutex;

/// How many addresses are remembered as asked lately.
const ADDRESSES: u64 = 1000;

/// When which address was asked last. The lock is held while fetching: the single flight.
#[derive(Debug)]
pub struct Fetches(Cache<String, Arc<Mutex<Option<UnixSeconds>>>>);

impl Default for Fetches {
    fn default() -> Self {
        Self(Cache::new(ADDRESSES))
    }
}

impl Fetches {
    /// Returns when this address was asked last; the lock is held while fetching.
    pub(super) fn of(&self, address: &str) -> Arc<Mutex<Option<UnixSeconds>>> {
        self.0.get_with_by_ref(address, Arc::default)
    }
}
