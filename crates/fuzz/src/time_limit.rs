//! The time limit of one input.

use std::time::{Duration, Instant};

/// Maximum time that a target may use for one input, including all its checks.
const MAX: Duration = Duration::from_millis(100);
/// Factor for builds without optimization or with coverage, which are slower by less than that.
const SLOWER: u32 = if cfg!(debug_assertions) { 5 } else { 1 };

/// Runs a function, and panics if it exceeded the time limit.
pub fn enforce(run: impl FnOnce()) {
    let before = CpuTime::now();
    run();
    let consumed = before.elapsed();
    assert!(consumed <= MAX * SLOWER, "one input took {consumed:?}");
}

/// The CPU time of this thread, so that a busy machine causes no failure; the elapsed time if the
/// system does not report it.
struct CpuTime(Instant, Option<Duration>);

impl CpuTime {
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
