//! A cache of reads, valid within one second and as long as this process has written nothing.
//!
//! Rules count whole seconds, and every write of this process invalidates the cache before another
//! caller can have seen it. Cached values can therefore only miss what another process has written
//! within the current second.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use doorward_domain::time::UnixSeconds;
use doorward_store::Db;

use crate::cache::Cache;

/// The time after which an unused value is removed from memory.
const IDLE_TTL: Duration = Duration::from_secs(1);

/// The current second, and the number of visible writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CacheEpoch {
    second: UnixSeconds,
    visible_writes: u64,
}

impl CacheEpoch {
    /// Returns the current epoch, or `None` while a write is becoming visible; call it before
    /// reading.
    pub fn current(db: &Db, now: UnixSeconds) -> Option<Self> {
        let visible_writes = db.visible_writes()?;
        Some(Self {
            second: now,
            visible_writes,
        })
    }
}

#[derive(Debug)]
pub struct ReadCache<K, V>(Cache<(CacheEpoch, V)>, PhantomData<fn(K)>);

impl<K: AsRef<[u8]>, V: Clone + Send + Sync + 'static> ReadCache<K, V> {
    pub fn new(entries: u64) -> Self {
        Self(Cache::with_ttl(entries, IDLE_TTL), PhantomData)
    }

    pub fn clear(&self) {
        self.0.clear();
    }

    /// Returns the cached value of this epoch, or the result of `load`. Without an epoch nothing is
    /// cached.
    pub async fn get<E>(
        &self,
        moment: Option<CacheEpoch>,
        key: K,
        load: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        let Some(moment) = moment else {
            return load.await;
        };
        if let Some(kept) = self.0.get(&key)
            && kept.0 == moment
        {
            return Ok(kept.1.clone());
        }
        let value = load.await?;
        self.0.insert(key, Arc::new((moment, value.clone())));
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
