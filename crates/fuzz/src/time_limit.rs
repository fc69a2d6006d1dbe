//! How long one input may take.

use std::time::{Duration, Instant};

/// The most that a target may spend on one input, everything that it does to check included.
const MOST: Duration = Duration::from_millis(100);
/// A build without optimization, or with coverage counted, is slower by less than that.
const SLOWER: u32 = if cfg!(debug_assertions) { 5 } else { 1 };

/// Runs it, and panics when it took longer.
pub fn held(run: impl FnOnce()) {
    let before = Spent::now();
    run();
    let spent = before.elapsed();
    assert!(spent <= MOST * SLOWER, "one input took {spent:?}");
}

/// The processor's time of this thread, so that a busy machine is no fault; where the system does not
/// tell it, the time on the wall.
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
