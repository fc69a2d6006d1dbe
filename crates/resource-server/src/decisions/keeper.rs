//! What one process has kept lately.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// Refusals of callers who are not known that one process keeps within a minute: nobody fills the
/// table from outside.
const UNKNOWN_PER_MINUTE: u32 = 100;
/// How often old decisions are forgotten, in seconds.
const SWEEP_EVERY: i64 = 3600;

/// What this process has kept lately.
#[derive(Default)]
pub(crate) struct Keeper {
    minute: AtomicI64,
    unknown: AtomicU32,
    swept_at: AtomicI64,
}

impl Keeper {
    /// Whether one more refusal of somebody unknown is kept.
    pub(super) fn admits_unknown(&self, now: i64) -> bool {
        if self.minute.swap(now / 60, Ordering::Relaxed) != now / 60 {
            self.unknown.store(0, Ordering::Relaxed);
        }
        self.unknown.fetch_add(1, Ordering::Relaxed) < UNKNOWN_PER_MINUTE
    }

    /// Whether it is time to forget; says yes to one caller.
    pub(super) fn is_due(&self, now: i64) -> bool {
        let last = self.swept_at.load(Ordering::Relaxed);
        now - last >= SWEEP_EVERY
            && self
                .swept_at
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}
