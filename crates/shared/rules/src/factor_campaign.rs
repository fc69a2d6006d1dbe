//! Campaigns: the date from which a user must have a second factor, and the reminders before it.

use doorward_domain::model::{CampaignCover, FactorCampaign};

use crate::prelude::*;
use crate::second_factor::FactorRequirement;

const DAY: i64 = 24 * 60 * 60;
/// Maximum number of days between a reminder and the start.
const REMINDER_MAX: u32 = 90;
const REMINDERS_MAX: usize = 10;

/// The effect of the campaigns that cover a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    Optional,
    /// A second factor is required from this time.
    From(UnixSeconds),
    Required,
}

impl Protection {
    /// Returns the effect at `now` of these campaigns. An exception delays each of them to its end.
    pub fn of_campaigns(covers: &[CampaignCover], now: UnixSeconds) -> Self {
        let starts = covers.iter().map(|cover| {
            let excepted = cover.excepted_until.unwrap_or(cover.starts_at);
            cover.starts_at.max(excepted)
        });
        match starts.min() {
            None => Self::Optional,
            Some(start) if start <= now => Self::Required,
            Some(start) => Self::From(start),
        }
    }

    pub const fn requirement(self) -> FactorRequirement {
        match self {
            Self::Required => FactorRequirement::TwoFactors,
            Self::Optional | Self::From(_) => FactorRequirement::OneFactor,
        }
    }

    /// Returns the announced time.
    pub const fn announced(self) -> Option<UnixSeconds> {
        match self {
            Self::From(start) => Some(start),
            Self::Optional | Self::Required => None,
        }
    }
}

/// Returns the days of reminders without repetitions, the most first.
///
/// # Errors
/// States the accepted values.
pub fn check_reminders(days: &[u32]) -> Result<Vec<u32>, &'static str> {
    let days: BTreeSet<u32> = days.iter().copied().collect();
    let is_valid = days.iter().all(|day| (1..=REMINDER_MAX).contains(day));
    if !is_valid || days.len() > REMINDERS_MAX {
        return Err("at most 10 reminders, each 1 to 90 days before the start");
    }
    Ok(days.into_iter().rev().collect())
}

/// Returns the time of the first reminder after `after` and before the start.
pub fn next_reminder(
    starts_at: UnixSeconds,
    days: &[u32],
    after: UnixSeconds,
) -> Option<UnixSeconds> {
    let times = days.iter().map(|days| starts_at - i64::from(*days) * DAY);
    times.filter(|time| *time > after).min()
}

/// Returns the time of the next reminder after the start of a campaign was moved at `now`. It is `now` if a
/// reminder has named the former start, or the time of one before the new start has passed.
pub fn reminder_after_move(
    former: &FactorCampaign,
    starts_at: UnixSeconds,
    now: UnixSeconds,
) -> Option<UnixSeconds> {
    let days = &former.reminders;
    let has_passed = |start: UnixSeconds, since: UnixSeconds| {
        next_reminder(start, days, since).is_some_and(|time| time <= now)
    };
    if starts_at <= now {
        None
    } else if has_passed(former.starts_at, former.created_at)
        || has_passed(starts_at, UnixSeconds::MIN)
    {
        Some(now)
    } else {
        next_reminder(starts_at, days, now)
    }
}

/// Returns true for a reminder that is due at `now`. After the start the sign-in asks for the factor.
pub fn is_reminder_due(
    due_at: Option<UnixSeconds>,
    starts_at: UnixSeconds,
    now: UnixSeconds,
) -> bool {
    due_at.is_some_and(|due| due <= now) && now < starts_at
}

#[cfg(test)]
mod tests;
