//! Caches in memory whose machine code exists once. The compiler writes a cache of `moka` again for each type of
//! its keys and values, 100 kB each; here keys are bytes, and values are behind pointers.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use moka::{future, sync};

use crate::error::{Result, ServerError};
use crate::prelude::*;

type Stored = Arc<dyn Any + Send + Sync>;

/// Returns a stored value with its type, which is that of its cache.
fn typed<V: Send + Sync + 'static>(stored: Stored) -> Option<Arc<V>> {
    stored.downcast().ok()
}

/// Values that are written by their callers.
pub struct Cache<V> {
    stored: sync::Cache<Vec<u8>, Stored>,
    values: PhantomData<fn() -> V>,
}

impl<V> fmt::Debug for Cache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.stored.entry_count();
        f.debug_struct("Cache").field("entries", &count).finish()
    }
}

impl<V: Send + Sync + 'static> Cache<V> {
    /// Makes a cache of at most this number of entries, without an end of their time.
    pub fn new(entries: u64) -> Self {
        Self::of(sync::Cache::builder().max_capacity(entries))
    }

    /// Makes a cache of at most this number of entries, each for this time.
    pub fn with_ttl(entries: u64, ttl: Duration) -> Self {
        Self::of(
            sync::Cache::builder()
                .max_capacity(entries)
                .time_to_live(ttl),
        )
    }

    fn of(builder: sync::CacheBuilder<Vec<u8>, Stored, sync::Cache<Vec<u8>, Stored>>) -> Self {
        Self {
            stored: builder.build(),
            values: PhantomData,
        }
    }

    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Arc<V>> {
        self.stored.get(key.as_ref()).and_then(typed)
    }

    pub fn insert(&self, key: impl AsRef<[u8]>, value: Arc<V>) {
        self.stored.insert(key.as_ref().to_vec(), value);
    }

    /// Returns a value; of several concurrent callers for an absent key, one makes it.
    pub fn get_or_make(&self, key: impl AsRef<[u8]>, make: impl Fn() -> V) -> Arc<V> {
        let absent: &dyn Fn() -> Stored = &|| Arc::new(make());
        let stored = self.stored.get_with_by_ref(key.as_ref(), absent);
        typed(stored).unwrap_or_else(|| Arc::new(make()))
    }

    pub fn clear(&self) {
        self.stored.invalidate_all();
    }
}

/// The reason why a value is not cached.
enum Uncached {
    Absent,
    Failed(Arc<ServerError>),
}

/// A read that has not begun.
type Load<'a> = BoxFuture<'a, Result<Option<Stored>>>;

/// Values that are read; of several concurrent callers for an absent key, one reads it.
pub struct LoadedCache<V> {
    stored: future::Cache<Vec<u8>, Stored>,
    values: PhantomData<fn() -> V>,
}

impl<V> fmt::Debug for LoadedCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.stored.entry_count();
        f.debug_struct("LoadedCache")
            .field("entries", &count)
            .finish()
    }
}

impl<V: Send + Sync + 'static> LoadedCache<V> {
    /// Makes a cache of at most this number of entries, each for this time.
    pub fn new(entries: u64, ttl: Duration) -> Self {
        let builder = future::Cache::builder().max_capacity(entries);
        Self {
            stored: builder.time_to_live(ttl).build(),
            values: PhantomData,
        }
    }

    pub async fn get(&self, key: impl AsRef<[u8]>) -> Option<Arc<V>> {
        self.stored.get(key.as_ref()).await.and_then(typed)
    }

    pub fn contains(&self, key: impl AsRef<[u8]>) -> bool {
        self.stored.contains_key(key.as_ref())
    }

    pub async fn insert(&self, key: impl AsRef<[u8]>, value: Arc<V>) {
        self.stored.insert(key.as_ref().to_vec(), value).await;
    }

    /// Returns a cached value, or the one that is read.
    pub async fn get_or_load<F>(
        &self,
        key: impl AsRef<[u8]>,
        load: impl FnOnce() -> F,
    ) -> Result<Arc<V>>
    where
        F: Future<Output = Result<Arc<V>>> + Send,
    {
        let found = self.get_if_found(key, || {
            let load = load();
            async { Ok(Some(load.await?)) }
        });
        let found = found.await?;
        found.ok_or_else(|| ServerError::internal("a value that was read is absent"))
    }

    /// Returns a value like [`Self::get_or_load`]. Absence is not cached: an object is known as soon as it exists,
    /// also to other processes.
    pub async fn get_if_found<F>(
        &self,
        key: impl AsRef<[u8]>,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<V>>>
    where
        F: Future<Output = Result<Option<Arc<V>>>> + Send,
    {
        if let Some(value) = self.get(&key).await {
            return Ok(Some(value));
        }
        let load = load();
        // Boxed, because most requests find the value and would only copy a large future.
        let load: Load<'_> = Box::pin(async { Ok(load.await?.map(|value| value as Stored)) });
        let found = Box::pin(read(&self.stored, key.as_ref().to_vec(), load)).await?;
        Ok(found.and_then(typed))
    }

    pub fn clear(&self) {
        self.stored.invalidate_all();
    }
}

async fn read(
    stored: &future::Cache<Vec<u8>, Stored>,
    key: Vec<u8>,
    load: Load<'_>,
) -> Result<Option<Stored>> {
    let found = async {
        let found = load.await;
        let found = found.map_err(|error| Uncached::Failed(Arc::new(error)))?;
        found.ok_or(Uncached::Absent)
    };
    match stored.try_get_with(key, found).await {
        Ok(value) => Ok(Some(value)),
        Err(uncached) => match &*uncached {
            Uncached::Absent => Ok(None),
            Uncached::Failed(error) => Err(Arc::clone(error).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn value_is_made_once_for_key() {
        let cache = Cache::<String>::new(10);
        assert_eq!(cache.get("a"), None);
        assert_eq!(*cache.get_or_make("a", || "first".to_owned()), "first");
        assert_eq!(*cache.get_or_make("a", || "second".to_owned()), "first");
        cache.insert("a", Arc::new("third".to_owned()));
        assert_eq!(cache.get("a").as_deref().map(String::as_str), Some("third"));
        assert_eq!(cache.get("b"), None);
        cache.clear();
        assert_eq!(cache.get("a"), None);
    }

    #[tokio::test]
    async fn one_of_concurrent_callers_reads() {
        let cache = LoadedCache::<usize>::new(10, Duration::from_mins(1));
        let reads = AtomicUsize::new(0);
        let load = async || {
            tokio::task::yield_now().await;
            Ok(Arc::new(reads.fetch_add(1, Ordering::Relaxed)))
        };
        let (first, second) = tokio::join!(
            cache.get_or_load("a", || Box::pin(async { load().await })),
            cache.get_or_load("a", || Box::pin(async { load().await })),
        );
        assert_eq!((*first.unwrap(), *second.unwrap()), (0, 0));
        assert!(cache.contains("a") && !cache.contains("b"));
        cache.clear();
        let later = cache.get_or_load("a", || Box::pin(async { load().await }));
        assert_eq!(*later.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn absence_and_failure_are_not_kept() {
        let cache = LoadedCache::<usize>::new(10, Duration::from_mins(1));
        let absent = cache.get_if_found("a", || async { Ok(None) }).await;
        assert_eq!(absent.unwrap(), None);
        let failed = cache.get_if_found("a", || async { Err(ServerError::internal("down")) });
        assert!(failed.await.is_err());
        let found = cache.get_if_found("a", || async { Ok(Some(Arc::new(7))) });
        assert_eq!(found.await.unwrap().as_deref(), Some(&7));
    }
}
