//! The time limit of one input.

use std::time::{Duration, Instant};

/// Maximum time that a target may use for one input, including all its checks.
const MAX: Duration = Duration::from_millis(100);
/// Factor for builds without optimization or with coverage, which are slower by less than that.
const SLOWER: u32 = if cfg!(debug_assertions) { 5 } else { 1 };

/// Attempts before an input counts as slow. A slow input is slow each time; an attempt that the
/// host of a virtual machine paused is not.
const ATTEMPTS: usize = 3;

/// Runs a function, and panics if each of three attempts exceeded the time limit.
pub fn enforce(run: impl Fn()) {
    if let Err(fastest) = measure(MAX * SLOWER, run) {
        panic!("one input took {fastest:?} in the fastest of {ATTEMPTS} attempts");
    }
}

/// Returns the time of the fastest attempt if no attempt is within the limit.
fn measure(limit: Duration, run: impl Fn()) -> Result<(), Duration> {
    let mut fastest = Duration::MAX;
    for _ in 0..ATTEMPTS {
        let before = CpuTime::now();
        run();
        fastest = fastest.min(before.elapsed());
        if fastest <= limit {
            return Ok(());
        }
    }
    Err(fastest)
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(20);

    fn exceed_limit() {
        let before = CpuTime::now();
        while before.elapsed() <= LIMIT * 2 {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn slow_attempt_is_repeated() {
        let attempts = Cell::new(0);
        let verdict = measure(LIMIT, || {
            attempts.set(attempts.get() + 1);
            if attempts.get() < ATTEMPTS {
                exceed_limit();
            }
        });
        assert_eq!((verdict, attempts.get()), (Ok(()), ATTEMPTS));
    }

    #[test]
    fn input_that_is_always_slow_is_rejected() {
        let fastest = measure(LIMIT, exceed_limit).unwrap_err();
        assert!(fastest > LIMIT, "{fastest:?}");
    }
}
