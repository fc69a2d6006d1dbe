//! The number of ended sign-in attempts and rejected requests that are stored: in total, and of each
//! source, so that no source displaces the attempts of others.

use std::collections::HashMap;

use doorward_domain::model::{AttemptOutcome, SignInAttempt, UserId};

use super::PeriodQuota;

/// The maximum number of failed sign-ins that one process stores in a day.
pub const FAILED_PER_DAY: u32 = 30_000;
/// The maximum number of rejected requests in a day, counted separately, so that errors of clients
/// displace no failed sign-in.
pub const REJECTED_PER_DAY: u32 = 20_000;
/// The maximum number of successful attempts in a day.
pub const SUCCEEDED_PER_DAY: u32 = 20_000;
/// The maximum number of attempts of unknown users in a minute, so that anonymous requests cannot
/// fill the table.
pub const UNKNOWN_PER_MINUTE: u32 = 100;
/// The maximum number of attempts of unknown users from one network in a minute.
pub const UNKNOWN_OF_NETWORK: u32 = 25;
/// The maximum number of attempts without success of one account in a day.
pub const OF_ACCOUNT: u32 = 1_000;
/// The maximum number of attempts without success from one network in a day.
pub const OF_NETWORK: u32 = 2_000;
/// The maximum number of rejected requests of one client in a day. Failed sign-ins of users are not
/// counted for the client that they use.
pub const OF_CLIENT: u32 = 4_000;
/// The maximum number of attempts of all sources together that are not counted on their own.
pub const OF_OTHERS: u32 = 2_000;
/// The maximum number of sources that are counted on their own.
const MAX_SOURCES: usize = 10_000;
const DAY: i64 = 24 * 60 * 60;

/// The party whose attempts are counted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Source {
    Account(UserId),
    Client(String),
    Network(String),
    Others,
}

impl Source {
    const fn max(&self) -> u32 {
        match self {
            Self::Account(_) => OF_ACCOUNT,
            Self::Client(_) => OF_CLIENT,
            Self::Network(_) => OF_NETWORK,
            Self::Others => OF_OTHERS,
        }
    }
}

/// The attempts that one process has stored in the current day and minute.
#[derive(Debug, Default)]
pub struct AttemptQuotas {
    failed: PeriodQuota,
    rejected: PeriodQuota,
    succeeded: PeriodQuota,
    unknown: PeriodQuota,
    day: i64,
    sources: HashMap<Source, u32>,
    minute: i64,
    networks: HashMap<String, u32>,
}

impl AttemptQuotas {
    /// Returns true if an attempt is stored, and counts it.
    pub fn admits(&mut self, attempt: &SignInAttempt) -> bool {
        let (day, minute) = (attempt.at.div_euclid(DAY), attempt.at.div_euclid(60));
        if attempt.outcome == AttemptOutcome::Succeeded {
            return self.succeeded.admits(day, SUCCEEDED_PER_DAY);
        }
        let is_rejected = attempt.outcome == AttemptOutcome::Rejected;
        if attempt.user_id.is_none() && !self.admits_unknown(attempt, minute) {
            return false;
        }
        if self.day != day {
            (self.day, self.sources) = (day, HashMap::new());
        }
        let account = attempt.user_id.map(Source::Account);
        let network = attempt.address.clone().map(Source::Network);
        let client = attempt.client_id.clone().filter(|_| is_rejected);
        let named = [account, network, client.map(Source::Client)];
        let sources: Vec<Source> = named.into_iter().flatten().collect();
        let sources: Vec<Source> = sources.into_iter().map(|it| self.counted(it)).collect();
        let used = |source| self.sources.get(source).copied().unwrap_or_default();
        if sources.iter().any(|source| used(source) >= source.max()) {
            return false;
        }
        let is_admitted = if is_rejected {
            self.rejected.admits(day, REJECTED_PER_DAY)
        } else {
            self.failed.admits(day, FAILED_PER_DAY)
        };
        if is_admitted {
            for source in sources {
                *self.sources.entry(source).or_default() += 1;
            }
        }
        is_admitted
    }

    /// Returns the source that counts an attempt. Beyond the bound, new sources share one.
    fn counted(&self, source: Source) -> Source {
        let has_room = self.sources.len() < MAX_SOURCES || self.sources.contains_key(&source);
        if has_room { source } else { Source::Others }
    }

    fn admits_unknown(&mut self, attempt: &SignInAttempt, minute: i64) -> bool {
        if self.minute != minute {
            (self.minute, self.networks) = (minute, HashMap::new());
        }
        let network = attempt.address.clone().unwrap_or_default();
        let used = self.networks.get(&network).copied().unwrap_or_default();
        let is_admitted =
            used < UNKNOWN_OF_NETWORK && self.unknown.admits(minute, UNKNOWN_PER_MINUTE);
        if is_admitted {
            self.networks.insert(network, used + 1);
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests;
