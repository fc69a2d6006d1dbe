//! Limits on the records of one process.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// Maximum number of recorded denials of unknown callers per minute and process, so that outsiders
/// cannot fill the table.
const UNKNOWN_PER_MINUTE: u32 = 100;

#[derive(Default)]
pub(crate) struct DenialLimiter {
    minute: AtomicI64,
    unknown: AtomicU32,
}

impl DenialLimiter {
    /// Returns true if another denial of an unknown caller may be recorded.
    pub(crate) fn admits_unknown(&self, now: i64) -> bool {
        if self.minute.swap(now / 60, Ordering::Relaxed) != now / 60 {
            self.unknown.store(0, Ordering::Relaxed);
        }
        self.unknown.fetch_add(1, Ordering::Relaxed) < UNKNOWN_PER_MINUTE
    }
}
