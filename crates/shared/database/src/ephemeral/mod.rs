//! Shared counters and short-lived caches, which may be lost.
//!
//! A loss changes performance, but not results; no data exist only here.

use std::sync::Arc;

use crate::error::Result;

mod entries;
pub mod memory;
pub mod redis;
mod sentinel;

pub use entries::{Ephemeral, EphemeralFailure, Key};
pub use memory::MemoryEphemeral;
pub use redis::RedisEphemeral;

/// Opens Redis if a URL is given, and memory otherwise. Does not contact Redis yet.
///
/// Must be called within a tokio runtime.
///
/// # Errors
/// Returns [`StoreError::Address`](crate::error::StoreError::Address) for a malformed URL.
pub fn open_ephemeral(redis_url: Option<&str>) -> Result<Arc<dyn Ephemeral>> {
    Ok(match redis_url {
        Some(url) => Arc::new(RedisEphemeral::open(url, "doorward")?),
        None => Arc::new(MemoryEphemeral::new()),
    })
}
