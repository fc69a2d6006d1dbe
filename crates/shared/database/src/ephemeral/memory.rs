//! Entries in this process's memory, for a deployment of one process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use moka::Expiry;
use moka::ops::compute::{CompResult, Op};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::entries::{Ephemeral, EphemeralFailure, Key};
use crate::error::Result;

/// Maximum memory for keys and values in bytes, without overhead.
const CAPACITY: u64 = 32 * 1024 * 1024;

#[derive(Clone, Debug)]
struct Entry {
    value: Arc<[u8]>,
    ends: Instant,
}

impl Entry {
    fn new(value: &[u8], ttl: Duration) -> Self {
        Self {
            value: value.into(),
            ends: Instant::now() + ttl,
        }
    }

    // The cache removes expired entries, but possibly later than the next read.
    fn is_expired(&self) -> bool {
        Instant::now() >= self.ends
    }
}

#[derive(Debug)]
struct EndsByItself;

impl Expiry<String, Entry> for EndsByItself {
    fn expire_after_create(&self, _: &String, entry: &Entry, at: Instant) -> Option<Duration> {
        Some(entry.ends.saturating_duration_since(at))
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        at: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ends.saturating_duration_since(at))
    }
}

/// Ephemeral entries in bounded memory; when full, evicts the least recently used ones.
#[derive(Clone, Debug)]
pub struct MemoryEphemeral {
    entries: Cache<String, Entry>,
}

impl MemoryEphemeral {
    pub fn new() -> Self {
        let entries = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|key: &String, entry: &Entry| {
                u32::try_from(key.len() + entry.value.len() + 64).unwrap_or(u32::MAX)
            })
            // The default policy may reject a new entry in favor of frequently used ones: a counter
            // that is not stored does not count.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(EndsByItself)
            .build();
        Self { entries }
    }
}

impl Default for MemoryEphemeral {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Ephemeral for MemoryEphemeral {
    async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>> {
        let entry = self
            .entries
            .get(key.as_str())
            .filter(|entry| !entry.is_expired());
        Ok(entry.map(|entry| entry.value.to_vec()))
    }

    async fn put(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<()> {
        self.entries
            .insert(key.as_str().to_owned(), Entry::new(value, ttl));
        Ok(())
    }

    async fn put_new(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<bool> {
        let result = self
            .entries
            .entry_by_ref(key.as_str())
            .and_compute_with(|existing| match existing {
                Some(entry) if !entry.value().is_expired() => Op::Nop,
                _ => Op::Put(Entry::new(value, ttl)),
            });
        Ok(matches!(
            result,
            CompResult::Inserted(_) | CompResult::ReplacedWith(_)
        ))
    }

    async fn take(&self, key: &Key) -> Result<Option<Vec<u8>>> {
        let entry = self
            .entries
            .remove(key.as_str())
            .filter(|entry| !entry.is_expired());
        Ok(entry.map(|entry| entry.value.to_vec()))
    }

    async fn bump(&self, key: &Key, ttl: Duration) -> Result<u64> {
        let entry = self
            .entries
            .entry_by_ref(key.as_str())
            .and_upsert_with(|existing| match existing {
                Some(entry) if !entry.value().is_expired() => {
                    let entry = entry.into_value();
                    let count = count_of(&entry.value).saturating_add(1);
                    Entry {
                        value: count.to_string().into_bytes().into(),
                        ends: entry.ends,
                    }
                }
                _ => Entry::new(b"1", ttl),
            });
        Ok(count_of(&entry.into_value().value))
    }

    async fn lower(&self, key: &Key) -> Result<()> {
        let entry = self.entries.entry_by_ref(key.as_str());
        entry.and_compute_with(|existing| match existing {
            Some(entry) if !entry.value().is_expired() => {
                let entry = entry.into_value();
                let count = count_of(&entry.value).saturating_sub(1);
                Op::Put(Entry {
                    value: count.to_string().into_bytes().into(),
                    ends: entry.ends,
                })
            }
            _ => Op::Nop,
        });
        Ok(())
    }

    async fn failure(&self) -> Option<EphemeralFailure> {
        None
    }
}

/// Parses a counter, which is stored in decimal as in Redis.
fn count_of(value: &[u8]) -> u64 {
    std::str::from_utf8(value)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
