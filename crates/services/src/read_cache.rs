//! What was read within this second, and holds as long as nothing was written here since.
//!
//! Every rule counts whole seconds, and every write of this process ends what is kept. So what is kept
//! differs from what the store would say by one thing only: what another process has written within this
//! second (DESIGN §2.11).

use std::hash::Hash;
use std::time::Duration;

use doorward_domain::time::UnixSeconds;
use doorward_store::Db;
use moka::future::Cache;

use crate::error::ServerError;

/// How long a value stays in memory that nobody asks for again.
const KEPT: Duration = Duration::from_secs(1);

/// The second, and what was written until then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CacheEpoch {
    second: UnixSeconds,
    ended_writes: u64,
}

impl CacheEpoch {
    /// This moment, taken before anything is read.
    pub fn of(db: &Db, now: UnixSeconds) -> Self {
        Self {
            second: now,
            ended_writes: db.ended_writes(),
        }
    }
}

/// Values of this moment, by key.
#[derive(Debug)]
pub struct ReadCache<K, V>(Cache<K, (CacheEpoch, V)>)
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static;

impl<K, V> ReadCache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Room for so many.
    pub fn new(entries: u64) -> Self {
        let cache = Cache::builder().max_capacity(entries).time_to_live(KEPT);
        Self(cache.build())
    }

    /// Keeps nothing of what there was.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }

    /// The value of this moment, or else what `load` comes to.
    ///
    /// # Errors
    /// Those of `load`, which are not kept.
    pub async fn get(
        &self,
        moment: CacheEpoch,
        key: K,
        load: impl Future<Output = Result<V, ServerError>>,
    ) -> Result<V, ServerError> {
        if let Some((of, value)) = self.0.get(&key).await
            && of == moment
        {
            return Ok(value);
        }
        let value = load.await?;
        self.0.insert(key, (moment, value.clone())).await;
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
