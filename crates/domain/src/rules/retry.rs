//! When work that failed is tried again.

use crate::time::UnixSeconds;

/// How long whoever begins a job may be at it before another may begin it, in seconds.
pub const LEASE: i64 = 120;

/// The waits after each failed try, in seconds: 10 s, 1, 5 and 30 min, then 2, 6 and 12 h.
const WAITS: [i64; 7] = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];

/// The most tries.
pub const TRIES: u32 = 8;

/// When to try again after `attempts` failed ones; none when it is given up.
pub fn next_try(attempts: u32, now: UnixSeconds) -> Option<UnixSeconds> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    WAITS.get(index).map(|wait| now + wait)
}

#[cfg(test)]
mod tests;
