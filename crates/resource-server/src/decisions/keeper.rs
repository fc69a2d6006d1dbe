//! Limits on the records of one process.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// Maximum number of recorded denials of unknown callers per minute and process, so that outsiders
/// cannot fill the table.
const UNKNOWN_PER_MINUTE: u32 = 100;
/// Interval between cleanups of old decisions in seconds.
const CLEANUP_INTERVAL: i64 = 3600;

/// The record limits of this process.
#[derive(Default)]
pub(crate) struct Keeper {
    minute: AtomicI64,
    unknown: AtomicU32,
    swept_at: AtomicI64,
}

impl Keeper {
    /// Returns true if another denial of an unknown caller may be recorded.
    pub(super) fn admits_unknown(&self, now: i64) -> bool {
        if self.minute.swap(now / 60, Ordering::Relaxed) != now / 60 {
            self.unknown.store(0, Ordering::Relaxed);
        }
        self.unknown.fetch_add(1, Ordering::Relaxed) < UNKNOWN_PER_MINUTE
    }

    /// Returns true to one caller if a cleanup is due.
    pub(super) fn is_due(&self, now: i64) -> bool {
        let last = self.swept_at.load(Ordering::Relaxed);
        now - last >= CLEANUP_INTERVAL
            && self
                .swept_at
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}
