//! The time limit of one input.

use std::time::{Duration, Instant};

/// Maximum time that a target may use for one input, including all its checks.
const MOST: Duration = Duration::from_millis(100);
/// Factor for builds without optimization or with coverage, which are slower by less than that.
const SLOWER: u32 = if cfg!(debug_assertions) { 5 } else { 1 };

/// Runs a function, and panics if it exceeded the time limit.
pub fn held(run: impl FnOnce()) {
    let before = Spent::now();
    run();
    let spent = before.elapsed();
    assert!(spent <= MOST * SLOWER, "one input took {spent:?}");
}

/// The CPU time of this thread, so that a busy machine causes no failure; the elapsed time if the
/// system does not report it.
struct Spent(Instant, Option<Duration>);

impl Spent {
    fn now() -> Self {
        Self(Instant::now(), on_cpu())
    }

    fn elapsed(&self) -> Duration {
        match (self.1, on_cpu()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => self.0.elapsed(),
        }
    }
}

fn on_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
