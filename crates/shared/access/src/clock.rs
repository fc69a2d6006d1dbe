//! The clock, which tests can replace.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the time in Unix seconds.
    fn now(&self) -> i64;

    /// Returns the time in Unix nanoseconds, for measurements only: a test clock knows whole
    /// seconds only.
    fn nanos(&self) -> u64 {
        u64::try_from(self.now())
            .unwrap_or(0)
            .saturating_mul(1_000_000_000)
    }
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // This file is the only one that may read the system time.
    #[expect(clippy::disallowed_methods)]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock before 1970 reads as 0: every token is then issued in the future and rejected.
        since
            .ok()
            .and_then(|elapsed| i64::try_from(elapsed.as_secs()).ok())
            .unwrap_or(0)
    }

    #[expect(clippy::disallowed_methods)]
    fn nanos(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let elapsed = since.ok().map(|elapsed| elapsed.as_nanos());
        elapsed
            .and_then(|elapsed| u64::try_from(elapsed).ok())
            .unwrap_or(0)
    }
}
