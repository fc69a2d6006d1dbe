//! Retries of failed jobs.

use crate::time::UnixSeconds;

/// The lease of a job: the time before another worker may start it, in seconds.
pub const LEASE: i64 = 120;

/// The delays after each failed attempt, in seconds: 10 s, 1, 5 and 30 min, then 2, 6 and 12 h.
const WAITS: [i64; 7] = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];

/// The maximum number of attempts.
pub const MAX_ATTEMPTS: u32 = 8;

/// Returns the time of the next attempt after `attempts` failed ones; `None` if no attempt is left.
pub fn next_attempt(attempts: u32, now: UnixSeconds) -> Option<UnixSeconds> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    WAITS.get(index).map(|wait| now + wait)
}

#[cfg(test)]
mod tests;
