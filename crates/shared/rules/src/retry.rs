//! Retries of failed jobs.

use doorward_domain::model::JobKind;
use doorward_domain::time::UnixSeconds;

use crate::device;

/// The lease of a job: the time before another worker may start it, in seconds.
pub const LEASE: i64 = 120;

/// The delays after each failed attempt, in seconds: 10 s, 1, 5 and 30 min, then 1, 2 and 3 h. The last
/// one repeats.
const WAITS: [i64; 7] = [10, 60, 300, 1_800, 3_600, 7_200, 10_800];

/// The maximum number of attempts to notify a client. If it does not answer within the first half hour, it
/// learns of the end of the session when it next uses its tokens.
const MAX_NOTIFICATIONS: u32 = 5;

/// The time from its creation in which another attempt of any other job begins, in seconds. A weekend
/// without a mail server loses no message.
pub const PERIOD: i64 = 3 * 24 * 60 * 60;

/// The time for which a message may wait for another attempt before the delivery of mail counts as
/// failing, in seconds.
pub const PATIENCE: i64 = 15 * 60;

/// Returns the time of the next attempt after `attempts` failed ones; `None` if no attempt is left.
pub fn next_attempt(
    kind: JobKind,
    created_at: UnixSeconds,
    attempts: u32,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let next = now + WAITS.get(index).or(WAITS.last())?;
    let is_left = match kind {
        JobKind::Logout => attempts < MAX_NOTIFICATIONS,
        // No request lasts longer.
        JobKind::Ping => next <= created_at + device::TTL,
        _ => next <= created_at + PERIOD,
    };
    is_left.then_some(next)
}

#[cfg(test)]
mod tests;
