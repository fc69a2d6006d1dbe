//! Statistics: which event counts for which hour and client, the numbers of a day, and the last use of
//! identity providers.

use doorward_domain::model::{
    AttemptOutcome, AuditRecord, ProviderId, SignInAttempt, StatCount, StatKind,
};

use crate::prelude::*;

/// Number of hours of a day.
pub const HOURS: i64 = 24;
const HOUR: i64 = 60 * 60;
const DAY: i64 = HOURS * HOUR;
/// Seconds for which numbers are kept by hour.
const KEPT_BY_HOUR: i64 = 90 * DAY;

pub const fn hour_of(at: UnixSeconds) -> UnixSeconds {
    at - at.rem_euclid(HOUR)
}

pub const fn day_of(at: UnixSeconds) -> UnixSeconds {
    at - at.rem_euclid(DAY)
}

/// Returns the first hour of the last day: the present hour and the 23 before it.
pub const fn last_day(now: UnixSeconds) -> UnixSeconds {
    hour_of(now) - (HOURS - 1) * HOUR
}

/// Returns the first hour of the last day and the day before.
pub const fn last_two_days(now: UnixSeconds) -> UnixSeconds {
    last_day(now) - DAY
}

/// Returns the end of the days whose hours are added up.
pub const fn kept_by_hour_from(now: UnixSeconds) -> UnixSeconds {
    day_of(now - KEPT_BY_HOUR)
}

/// Counts that are added up before they are written, in the same order in each process: two that
/// write the same rows never wait for each other in a circle.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally(BTreeMap<(Option<String>, UnixSeconds, StatKind), i64>);

impl Tally {
    /// Counts the sign-ins among these audit events. Those of a client are counted by
    /// [`Self::of_attempts`], because their events do not name it.
    pub fn of_events(events: &[AuditRecord]) -> Self {
        let mut tally = Self::default();
        for event in events {
            let kind = match AuditKind::parse(&event.kind) {
                Some(AuditKind::LoginSucceeded) => StatKind::SignIn,
                Some(AuditKind::LoginFailed) => StatKind::SignInFailed,
                _ => continue,
            };
            tally.count(kind, None, event.at);
        }
        tally
    }

    /// Counts the sign-ins of each client and the rejected requests among these attempts.
    pub fn of_attempts(attempts: &[SignInAttempt]) -> Self {
        let mut tally = Self::default();
        for attempt in attempts {
            let kind = match attempt.outcome {
                AttemptOutcome::Succeeded => StatKind::SignIn,
                AttemptOutcome::Failed => StatKind::SignInFailed,
                AttemptOutcome::Rejected => {
                    tally.count(StatKind::RequestRejected, None, attempt.at);
                    StatKind::RequestRejected
                }
                AttemptOutcome::Abandoned => continue,
            };
            if let Some(client) = &attempt.client_id {
                tally.count(kind, Some(client), attempt.at);
            }
        }
        tally
    }

    pub fn count(&mut self, kind: StatKind, client: Option<&str>, at: UnixSeconds) {
        let key = (client.map(str::to_owned), hour_of(at), kind);
        *self.0.entry(key).or_default() += 1;
    }

    pub fn merge(&mut self, other: Self) {
        for (key, n) in other.0 {
            *self.0.entry(key).or_default() += n;
        }
    }

    pub fn counts(&self) -> Vec<StatCount> {
        let counts = self.0.iter();
        let counts = counts.map(|((client, hour, kind), n)| StatCount {
            client: client.clone(),
            hour: *hour,
            kind: *kind,
            n: *n,
        });
        counts.collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Returns the successful sign-ins among these events that are the first of their user on their day
/// in this batch.
pub fn first_sign_ins(events: &[AuditRecord]) -> Vec<&AuditRecord> {
    let mut seen = BTreeSet::new();
    let is_first = |event: &&AuditRecord| {
        let user = event.subject.as_deref().and_then(UserId::parse);
        event.kind == AuditKind::LoginSucceeded.as_str()
            && user.is_some_and(|user| seen.insert((day_of(event.at), user)))
    };
    events.iter().filter(is_first).collect()
}

/// Returns the time of the last successful authentication at each identity provider that these events
/// name. A second factor may have been due afterwards.
pub fn provider_uses(events: &[AuditRecord]) -> BTreeMap<ProviderId, UnixSeconds> {
    let mut uses = BTreeMap::new();
    for event in events.iter().filter(|event| event.success) {
        let is_use = matches!(
            AuditKind::parse(&event.kind),
            Some(AuditKind::LoginSucceeded | AuditKind::FirstStepPassed | AuditKind::AccountLinked)
        );
        if !is_use {
            continue;
        }
        let detail = serde_json::from_str::<Value>(&event.detail).unwrap_or_default();
        if let Some(id) = detail["provider"].as_str().and_then(ProviderId::parse) {
            let last = uses.entry(id).or_insert(event.at);
            *last = event.at.max(*last);
        }
    }
    uses
}

/// The numbers of one kind for the whole deployment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// The numbers of the last 24 hours, the oldest first, each with the start of the hour.
    pub hours: Vec<(UnixSeconds, i64)>,
    /// Their sum; of active users, the number of today.
    pub total: i64,
    /// The sum of the 24 hours before; of active users, the number of yesterday up to this hour.
    pub before: i64,
}

/// Returns the numbers of one kind. A user who is active on two days is counted on both, so active
/// users are not added up over the midnight.
pub fn series(counts: &[StatCount], kind: StatKind, now: UnixSeconds) -> Series {
    let own = counts
        .iter()
        .filter(|count| count.kind == kind && count.client.is_none());
    let by_hour: BTreeMap<UnixSeconds, i64> = own.map(|count| (count.hour, count.n)).collect();
    let start = last_day(now);
    let hours = (0..HOURS).map(|hour| {
        let hour = start + hour * HOUR;
        (hour, by_hour.get(&hour).copied().unwrap_or_default())
    });
    let first = if kind == StatKind::ActiveUser {
        day_of(now)
    } else {
        start
    };
    let sum = |from: UnixSeconds, to: UnixSeconds| -> i64 {
        let within = by_hour.range(from..to);
        within.map(|(_, n)| n).sum()
    };
    let end = hour_of(now) + HOUR;
    Series {
        hours: hours.collect(),
        total: sum(first, end),
        before: sum(first - DAY, end - DAY),
    }
}

/// Returns the first second of the first of this number of days, of which the last one is today.
pub const fn first_day(now: UnixSeconds, days: i64) -> UnixSeconds {
    day_of(now) - (days - 1) * DAY
}

/// Returns the numbers of one kind on this number of days, the oldest first, each with the start of the day.
pub fn by_day(
    counts: &[StatCount],
    kind: StatKind,
    now: UnixSeconds,
    days: i64,
) -> Vec<(UnixSeconds, i64)> {
    let own = counts.iter().filter(|count| count.kind == kind);
    let mut sums = BTreeMap::new();
    for count in own {
        *sums.entry(day_of(count.hour)).or_default() += count.n;
    }
    let first = first_day(now, days);
    let all = (0..days).map(|day| first + day * DAY);
    all.map(|day| (day, sums.get(&day).copied().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests;
