//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use doorward_access::clock::{Clock, SystemClock};

/// One time for both servers of a [`crate::Stack`]; clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Stopped at `now`, Unix seconds.
    pub fn at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    /// Another clock, that shows so many seconds more.
    #[must_use]
    pub fn ahead(&self, seconds: i64) -> Self {
        Self::at(self.now() + seconds)
    }

    /// Moves on (or back, with a negative number) by so many seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Moves on to the present, which other processes look at.
    pub fn catch_up(&self) {
        self.0.fetch_max(SystemClock.now(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Stopped at the present: browsers and the `openidconnect` crate look at the real time.
    fn default() -> Self {
        Self::at(SystemClock.now())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
