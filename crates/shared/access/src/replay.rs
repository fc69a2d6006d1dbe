//! Detection of replayed proofs (RFC 9449 §11.1).

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// Maximum number of proofs that one process stores: each for at most two minutes.
const REMEMBERED: usize = 200_000;

/// An outage of the store. Proofs that cannot be checked for replay are rejected with 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record of used proofs is not available")]
pub struct ReplayStoreUnavailable;

/// The result of [`ReplayStore::claim`].
pub type Claim<'a> =
    Pin<Box<dyn Future<Output = Result<bool, ReplayStoreUnavailable>> + Send + 'a>>;

/// A store of used proofs. A service of several processes needs a shared one.
pub trait ReplayStore: Send + Sync + fmt::Debug {
    /// Consumes a proof at `now`: exactly one of any number of callers with the same name gets
    /// `true`. The name must be stored until `expires_at`. Times are Unix seconds.
    fn claim<'a>(&'a self, name: &'a [u8; 32], expires_at: i64, now: i64) -> Claim<'a>;
}

/// A store for a single process, in bounded memory. If it is full, no proof is accepted until an
/// entry expires: entries are never dropped early.
#[derive(Debug, Default)]
pub struct InMemoryReplayStore(Mutex<HashMap<[u8; 32], i64>>);

impl InMemoryReplayStore {
    fn use_up(
        &self,
        name: &[u8; 32],
        expires_at: i64,
        now: i64,
    ) -> Result<bool, ReplayStoreUnavailable> {
        // The map is consistent at all times, so a panic elsewhere cannot corrupt it.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= REMEMBERED {
            used.retain(|_, end| *end > now);
        }
        if used.contains_key(name) {
            return Ok(false);
        }
        if used.len() >= REMEMBERED {
            tracing::error!("replay store is full: DPoP proofs are rejected");
            return Err(ReplayStoreUnavailable);
        }
        used.insert(*name, expires_at);
        Ok(true)
    }
}

impl ReplayStore for InMemoryReplayStore {
    fn claim<'a>(&'a self, name: &'a [u8; 32], expires_at: i64, now: i64) -> Claim<'a> {
        Box::pin(std::future::ready(self.use_up(name, expires_at, now)))
    }
}

#[cfg(test)]
mod tests;
