//! The deadline at which SQLite stops a statement.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A deadline in milliseconds that has passed.
const PASSED: u64 = 0;
const NONE: u64 = u64::MAX;

/// The deadline of the statements of one SQLite connection, which its progress handler checks.
#[derive(Debug)]
pub struct StatementDeadline {
    base: Instant,
    at: AtomicU64,
}

impl Default for StatementDeadline {
    fn default() -> Self {
        Self {
            base: Instant::now(),
            at: AtomicU64::new(NONE),
        }
    }
}

impl StatementDeadline {
    pub fn has_passed(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != NONE && self.elapsed() >= at
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.base.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub fn start(&self, time: Duration) {
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        // Rounded up: a statement must not stop before the deadline of its caller.
        let at = self.elapsed().saturating_add(time).saturating_add(1);
        self.at.store(at, Ordering::Relaxed);
    }

    pub fn stop(&self) {
        self.at.store(PASSED, Ordering::Relaxed);
    }

    pub fn clear(&self) {
        self.at.store(NONE, Ordering::Relaxed);
    }
}
