//! What may be lost: shared counters and short-lived caches.
//!
//! Losing any of it changes speed, not answers (DESIGN §2.1); nothing here is the only copy.

use std::sync::Arc;

use crate::error::StoreError;

mod entries;
pub mod memory;
pub mod redis;

pub use entries::{Ephemeral, Key};
pub use memory::MemoryEphemeral;
pub use redis::RedisEphemeral;

/// Opens Redis where there is an address, else memory. Redis is not contacted yet.
///
/// Must be called within a tokio runtime.
///
/// # Errors
/// [`StoreError::Address`] when the address cannot be read.
pub fn open_ephemeral(redis_url: Option<&str>) -> Result<Arc<dyn Ephemeral>, StoreError> {
    Ok(match redis_url {
        Some(url) => Arc::new(RedisEphemeral::open(url, "doorward")?),
        None => Arc::new(MemoryEphemeral::new()),
    })
}
