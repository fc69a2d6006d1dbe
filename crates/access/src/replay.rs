//! Which proofs came before (RFC 9449 §11.1).

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// How many proofs one process remembers: each for two minutes at most.
const REMEMBERED: usize = 200_000;

/// The record cannot be kept now. What cannot be known to be new is not accepted: 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record of used proofs is not available")]
pub struct ReplayStoreUnavailable;

/// What [`ReplayStore::claim`] comes to.
pub type Claim<'a> =
    Pin<Box<dyn Future<Output = Result<bool, ReplayStoreUnavailable>> + Send + 'a>>;

/// A record of the proofs that were used. A service of several processes needs one that they share.
pub trait ReplayStore: Send + Sync + fmt::Debug {
    /// Uses a proof up, at `now`: of any number of callers with one name, one gets true. The name has
    /// to be remembered until `expires_at`. Times are Unix seconds.
    fn claim<'a>(&'a self, name: &'a [u8; 32], expires_at: i64, now: i64) -> Claim<'a>;
}

/// The record of a single process, in bounded memory. Where that is full, nothing is accepted until
/// something is old enough to be forgotten: no proof is ever forgotten before its time.
#[derive(Debug, Default)]
pub struct InMemoryReplayStore(Mutex<HashMap<[u8; 32], i64>>);

impl InMemoryReplayStore {
    fn use_up(
        &self,
        name: &[u8; 32],
        expires_at: i64,
        now: i64,
    ) -> Result<bool, ReplayStoreUnavailable> {
        // The map is whole at every moment, so a panic elsewhere does not spoil it.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= REMEMBERED {
            used.retain(|_, end| *end > now);
        }
        if used.contains_key(name) {
            return Ok(false);
        }
        if used.len() >= REMEMBERED {
            tracing::error!("too many proofs within two minutes: none is accepted");
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
