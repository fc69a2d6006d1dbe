//! Keys of entries that expire.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::error::Result;

/// The key of an entry: its purpose and its subject.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key(String);

impl Key {
    /// Creates the key of `subject` for a purpose. Purposes are constants without a colon, so that
    /// no subject can produce the key of another purpose.
    pub fn new(purpose: &'static str, subject: impl fmt::Display) -> Self {
        debug_assert!(!purpose.contains(':'), "a purpose has no colon");
        Self(format!("{purpose}:{subject}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

doorward_protocol::words! {
    /// The reason why entries cannot be written, in the words of `/readyz`.
    pub enum EphemeralFailure {
        Unavailable = "unavailable",
        /// Redis is a replica.
        ReadOnly = "read-only",
        /// Redis has reached its `maxmemory`, and evicts nothing.
        OutOfMemory = "out of memory",
        /// Redis responds and rejects writes for another reason, such as a full disk.
        NotWritable = "not writable",
    }
}

/// Entries that expire, in memory or shared through Redis. Each operation is atomic.
///
/// Every function returns [`StoreError::Unavailable`](crate::error::StoreError::Unavailable) within about half a second if the entries
/// cannot be reached.
#[async_trait]
pub trait Ephemeral: Send + Sync + fmt::Debug {
    /// Returns the value, unless it is absent or expired.
    async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>>;

    /// Stores the value for `ttl`, replacing any other.
    async fn put(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<()>;

    /// Stores the value for `ttl` unless one exists; returns true if it did.
    async fn put_new(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<bool>;

    /// Removes and returns the value: of concurrent callers, exactly one gets it.
    async fn take(&self, key: &Key) -> Result<Option<Vec<u8>>>;

    /// Increments a counter and returns it. The first increment sets its expiry; later ones do not
    /// change it.
    async fn bump(&self, key: &Key, ttl: Duration) -> Result<u64>;

    /// Decrements a counter that is above zero.
    async fn lower(&self, key: &Key) -> Result<()>;

    /// Returns the reason why entries cannot be written, if they cannot.
    async fn failure(&self) -> Option<EphemeralFailure>;
}
