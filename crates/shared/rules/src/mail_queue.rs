//! The length of the queue of e-mail messages, and the time until it is empty.

use doorward_domain::time::UnixSeconds;

/// The period over which sent messages are counted, in seconds.
pub const RATE_PERIOD: i64 = 5 * 60;

/// The length from which the queue is reported.
pub const LONG: u64 = 1_000;

/// The time until a queue is empty from which it needs attention, in seconds.
const SLOW: i64 = 60 * 60;

/// The e-mail messages of the deployment that wait, and those that were sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MailQueue {
    /// The number of waiting messages that a user waits for.
    pub requested: u64,
    /// The number of other waiting messages.
    pub notifications: u64,
    /// The number of messages that were sent in the last [`RATE_PERIOD`].
    pub sent: u64,
}

impl MailQueue {
    pub const fn waiting(&self) -> u64 {
        self.requested.saturating_add(self.notifications)
    }

    /// Returns true if the queue is long enough to be reported.
    pub const fn is_long(&self) -> bool {
        self.waiting() >= LONG
    }

    /// Returns the number of messages that are sent in a minute.
    pub fn per_minute(&self) -> u64 {
        let minutes = u64::try_from(RATE_PERIOD / 60).unwrap_or(1);
        self.sent.div_ceil(minutes)
    }

    /// Returns the seconds until the queue is empty at its rate; `None` if nothing was sent.
    pub fn seconds_until_empty(&self) -> Option<i64> {
        if self.waiting() == 0 {
            return Some(0);
        }
        let period = u64::try_from(RATE_PERIOD).ok()?;
        let seconds = self
            .waiting()
            .saturating_mul(period)
            .checked_div(self.sent)?;
        Some(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// Returns the time at which the queue is empty at its rate.
    pub fn empty_at(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        self.seconds_until_empty()
            .map(|seconds| now.saturating_add(seconds))
    }

    /// Returns true if users wait for many messages, or a long queue is not empty within an hour.
    pub fn needs_attention(&self) -> bool {
        let is_slow = self.seconds_until_empty().is_none_or(|time| time > SLOW);
        self.requested >= LONG || (self.is_long() && is_slow)
    }
}

#[cfg(test)]
mod tests;
