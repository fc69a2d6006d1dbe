//! Entries with an end, and their keys.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::error::StoreError;

/// Names an entry: what it is for, and for whom.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key(String);

impl Key {
    /// The key of `subject` for this purpose. Purposes are constants without a colon, so that no
    /// subject, whatever it contains, reaches into another purpose.
    pub fn new(purpose: &'static str, subject: impl fmt::Display) -> Self {
        debug_assert!(!purpose.contains(':'), "a purpose has no colon");
        Self(format!("{purpose}:{subject}"))
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Entries with an end, in memory or shared through Redis. Each operation is atomic.
///
/// Every function answers [`StoreError::Unavailable`] within about half a second when the
/// entries cannot be reached.
#[async_trait]
pub trait Ephemeral: Send + Sync + fmt::Debug {
    /// The value, unless it is absent or over.
    async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores the value for `ttl`, in place of any other.
    async fn put(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<(), StoreError>;

    /// Stores the value for `ttl` unless there is one; says whether it did.
    async fn put_new(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<bool, StoreError>;

    /// Removes and returns the value: of many callers, one gets it.
    async fn take(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// Counts one more and returns the count. The first of a count sets its end; later ones do not
    /// move it.
    async fn bump(&self, key: &Key, ttl: Duration) -> Result<u64, StoreError>;
}
