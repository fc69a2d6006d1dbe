//! Deletion of expired rows: the size of a batch, and steps that do not succeed.

use std::time::Duration;

use doorward_domain::time::UnixSeconds;

/// Maximum time of a transaction of the cleanup. Other writes wait as long.
pub const MAX_TIME: Duration = Duration::from_millis(50);
const MIN_ROWS: u64 = 20;
const MAX_ROWS: u64 = 5_000;
const FIRST_ROWS: u64 = 200;
/// Seconds without success after which a step is overdue.
const OVERDUE: i64 = 60 * 60;
/// Seconds after which a step that no longer runs is forgotten.
pub const FORGOTTEN: i64 = 7 * 24 * 60 * 60;

/// Number of rows that a batch of the cleanup changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BatchSize(u64);

impl Default for BatchSize {
    fn default() -> Self {
        Self(FIRST_ROWS)
    }
}

impl BatchSize {
    pub const fn rows(self) -> u64 {
        self.0
    }

    /// Returns the size of the next batch after one that took this time: halved above [`MAX_TIME`],
    /// doubled below a quarter of it.
    #[must_use]
    pub fn after(self, took: Duration) -> Self {
        Self(if took > MAX_TIME {
            (self.0 / 2).max(MIN_ROWS)
        } else if took < MAX_TIME / 4 {
            (self.0 * 2).min(MAX_ROWS)
        } else {
            self.0
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepTimes {
    pub first_at: UnixSeconds,
    pub succeeded_at: Option<UnixSeconds>,
}

/// Returns true if a step has not succeeded for an hour.
pub fn is_overdue(times: StepTimes, now: UnixSeconds) -> bool {
    let since = times.succeeded_at.unwrap_or(times.first_at);
    now.saturating_sub(since) > OVERDUE
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(200, 60, 100)]
    #[case(21, 60, 20)]
    #[case(20, 5_000, 20)]
    #[case(200, 50, 200)]
    #[case(200, 13, 200)]
    #[case(200, 12, 400)]
    #[case(4_000, 0, 5_000)]
    fn batch_follows_time(#[case] rows: u64, #[case] millis: u64, #[case] expected: u64) {
        let next = BatchSize(rows).after(Duration::from_millis(millis));
        assert_eq!(next.rows(), expected);
    }

    #[rstest]
    #[case(0, None, 3_600, false)]
    #[case(0, None, 3_601, true)]
    #[case(0, Some(3_000), 6_600, false)]
    #[case(0, Some(3_000), 6_601, true)]
    #[case(0, Some(9_000), 0, false)]
    fn step_is_overdue_after_hour(
        #[case] first_at: i64,
        #[case] succeeded_at: Option<i64>,
        #[case] now: i64,
        #[case] expected: bool,
    ) {
        let times = StepTimes {
            first_at,
            succeeded_at,
        };
        assert_eq!(is_overdue(times, now), expected);
    }
}
