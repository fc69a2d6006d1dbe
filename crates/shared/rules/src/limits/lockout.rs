//! Lockouts after failed sign-ins (ASVS 5.0 §6.3.1) and after wrong codes.

use doorward_domain::time::UnixSeconds;

use super::rate_limit::scaled;

/// The number of failed sign-ins before the first lockout.
const TOLERATED: u64 = 5;
/// The lockouts after the first, second, third and each further round of failures, in seconds.
const WAITS: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];
/// The time after the last failure and its lockout when failures are reset, in seconds.
pub const RESET_AFTER: i64 = 24 * 60 * 60;

/// The stored failures since the last successful sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    pub count: i64,
    /// The end of the lockout.
    pub locked_until: Option<UnixSeconds>,
    /// The time of the last failure.
    pub updated_at: UnixSeconds,
}

impl Failures {
    /// Returns the remaining seconds of the lockout; `None` without one.
    pub fn wait(&self, now: UnixSeconds) -> Option<i64> {
        self.locked_until
            .map(|end| end.saturating_sub(now))
            .filter(|left| *left > 0)
    }

    fn is_forgotten(&self, now: UnixSeconds) -> bool {
        let last = self.locked_until.unwrap_or(0).max(self.updated_at);
        now.saturating_sub(last) >= RESET_AFTER
    }
}

/// Returns the failures after one more. Attempts that began before a lockout do not extend it:
/// otherwise a burst of parallel attempts would reach the longest lockout at once.
pub fn after_failure(before: Option<&Failures>, now: UnixSeconds, multiplier: f64) -> Failures {
    let before = before.filter(|before| !before.is_forgotten(now));
    if let Some(waiting) = before.filter(|before| before.wait(now).is_some()) {
        return *waiting;
    }
    let count = before.map_or(0, |before| before.count).saturating_add(1);
    Failures {
        count,
        locked_until: wait_after(count, multiplier).map(|wait| now.saturating_add(wait)),
        updated_at: now,
    }
}

fn wait_after(count: i64, multiplier: f64) -> Option<i64> {
    let tolerated = i64::try_from(scaled(TOLERATED, multiplier)).unwrap_or(i64::MAX);
    let step = usize::try_from(count.checked_sub(tolerated)?).ok()?;
    Some(wait_of_round(step))
}

fn wait_of_round(round: usize) -> i64 {
    WAITS[round.min(WAITS.len() - 1)]
}

/// The tolerance of wrong codes of a second factor (SP 800-63B-4 §3.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// Attempts of a user, over all sign-ins, before each further attempt requires a wait.
    pub before_wait: u32,
    /// Attempts in one sign-in before it ends.
    pub per_sign_in: u32,
    /// Attempts of a user, over all sign-ins, before codes of the app are ignored until a recovery
    /// code or an administrator resets that.
    pub in_all: u32,
}

impl Tolerance {
    /// Returns the numbers of NIST SP 800-63B-4, times a factor (`limits.multiplier`).
    pub fn times(factor: f64) -> Self {
        let scaled = |number: u32| {
            let many = (f64::from(number) * factor).round();
            // Clamped to at least one.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped"
            )]
            let many = many.clamp(1.0, f64::from(u32::MAX / 2)) as u32;
            many
        };
        Self {
            before_wait: scaled(5),
            per_sign_in: scaled(10),
            in_all: scaled(100),
        }
    }

    /// Returns the lockout in seconds after the attempt that brought the number to `failures`.
    pub fn wait_after(&self, failures: u32) -> Option<i64> {
        let beyond = failures.checked_sub(self.before_wait)?;
        let round = usize::try_from(beyond / self.before_wait.max(1)).unwrap_or(usize::MAX);
        Some(wait_of_round(round))
    }
}

#[cfg(test)]
mod tests;
