//! Retries of failed jobs.

use doorward_domain::model::JobKind;
use doorward_domain::time::UnixSeconds;

/// The lease of a job: the time before another worker may start it, in seconds.
pub const LEASE: i64 = 120;

/// The delays after each failed attempt, in seconds: 10 s, 1, 5 and 30 min, then 2, 6 and 12 h.
const WAITS: [i64; 7] = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];

/// Returns the maximum number of attempts. A client that does not answer within the first half hour
/// learns of the end of the session when it next uses its tokens.
pub const fn max_attempts(kind: JobKind) -> u32 {
    match kind {
        JobKind::Logout => 5,
        _ => 8,
    }
}

/// Returns the time of the next attempt after `attempts` failed ones; `None` if no attempt is left.
pub fn next_attempt(kind: JobKind, attempts: u32, now: UnixSeconds) -> Option<UnixSeconds> {
    if attempts >= max_attempts(kind) {
        return None;
    }
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    WAITS.get(index).map(|wait| now + wait)
}

#[cfg(test)]
mod tests;
