//! Limits of attempts, requests and their records.

pub mod attempt_quota;
pub mod lockout;
pub mod open_requests;
pub mod rate_limit;

/// The number of records that were admitted in the current period, such as a day or a minute.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeriodQuota {
    period: i64,
    used: u32,
}

impl PeriodQuota {
    /// Returns true if there are fewer than `max` records in this period, and counts one more.
    pub fn admits(&mut self, period: i64, max: u32) -> bool {
        if self.period != period {
            *self = Self { period, used: 0 };
        }
        let is_admitted = self.used < max;
        self.used += u32::from(is_admitted);
        is_admitted
    }
}
