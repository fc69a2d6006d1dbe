//! Time comes in, so that tests can move it.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Unix seconds.
    fn now(&self) -> i64;

    /// Unix nanoseconds, for measurements alone: a clock that tests move knows whole seconds only.
    fn nanos(&self) -> u64 {
        u64::try_from(self.now())
            .unwrap_or(0)
            .saturating_mul(1_000_000_000)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // This file is the one place that may ask the machine for the time.
    #[expect(clippy::disallowed_methods)]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock before 1970 reads as 0: every token is then issued in the future and refused.
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
