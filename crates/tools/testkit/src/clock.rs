//! A clock that changes only when a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use doorward_access::clock::{Clock, SystemClock};

/// The time of both servers of a [`crate::Stack`]; clones share it.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Creates a clock stopped at `now` in Unix seconds.
    pub fn at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    /// Creates another clock that is ahead by this many seconds.
    #[must_use]
    pub fn ahead(&self, seconds: i64) -> Self {
        Self::at(self.now() + seconds)
    }

    /// Advances by this many seconds (or goes back, if negative).
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Advances to the present, which other processes use.
    pub fn catch_up(&self) {
        self.0.fetch_max(SystemClock.now(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Creates a clock stopped at the present: browsers and the `openidconnect` crate use the real
    /// time.
    fn default() -> Self {
        Self::at(SystemClock.now())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
