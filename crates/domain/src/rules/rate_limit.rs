//! How often something may be tried, and how long failures make one wait (SECURITY RL-1).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};

use super::identifier;
use crate::model::UserId;
use crate::time::UnixSeconds;

/// So many tries in a window that begins with the first of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Its name in the `RateLimit` header fields.
    pub name: &'static str,
    /// The most tries in one window.
    pub quota: u64,
    /// The length of the window, in seconds.
    pub window: u64,
}

/// Forms with a password or a new account, from one address.
pub const ADDRESS: Limit = Limit {
    name: "address",
    quota: 30,
    window: 60,
};

/// Sign-ins to one account: by strangers from all addresses together (RL-1), or from one browser that
/// the account knows.
pub const SIGN_IN: Limit = Limit {
    name: "sign-in",
    quota: 5,
    window: 60,
};

/// Failed sign-ins from one address, whoever was meant (RL-1).
pub const FAILED: Limit = Limit {
    name: "failed",
    quota: 10,
    window: 60,
};

/// Forms that cause a mail, from one address (RC-3).
pub const MAIL: Limit = Limit {
    name: "mail",
    quota: 20,
    window: 60,
};

/// Proofs of the password by who is signed in already, for one account: an open session must not
/// tell its finder the password.
pub const PROOF: Limit = Limit {
    name: "password",
    quota: 5,
    window: 60,
};

/// First codes of a new authenticator app, for one account.
pub const FIRST_CODE: Limit = Limit {
    name: "code",
    quota: 5,
    window: 60,
};

/// Authorization requests that wait for a person, from one address: each is a row for a while
/// (DS-3). Who is let through without a page leaves no row and is not counted.
pub const INTERACTION: Limit = Limit {
    name: "interaction",
    quota: 200,
    window: 60,
};

/// Requests of devices, from one address: each is a row for a while (DS-3).
pub const DEVICE: Limit = Limit {
    name: "device",
    quota: 20,
    window: 60,
};

/// Requests of clients that name a person, for one person: each is a mail (CIBA Core §14).
pub const BACKCHANNEL: Limit = Limit {
    name: "backchannel",
    quota: 6,
    window: 600,
};

/// Codes of devices that were typed, from one address (OA-21).
pub const USER_CODE_ADDRESS: Limit = Limit {
    name: "user-code-address",
    quota: 20,
    window: 60,
};

/// Wrong codes of devices, in one session (OA-21).
pub const USER_CODE: Limit = Limit {
    name: "user-code",
    quota: 5,
    window: 60 * 60,
};

/// Authorization requests that an authenticated client pushes, from one address.
pub const PUSH: Limit = Limit {
    name: "push",
    quota: 6000,
    window: 60,
};

/// The same of a client that proves nothing: anybody may have sent them.
pub const PUSH_UNPROVED: Limit = Limit { quota: 60, ..PUSH };

/// Documents of unknown clients that are fetched because somebody named them: for one address.
pub const DOCUMENT: Limit = Limit {
    name: "document",
    quota: 10,
    window: 10 * 60,
};

/// The same from one host, whoever named them.
pub const DOCUMENT_HOST: Limit = Limit {
    name: "document-host",
    quota: 60,
    window: 10 * 60,
};

/// The same from all hosts together.
pub const DOCUMENT_ALL: Limit = Limit {
    name: "document-all",
    quota: 600,
    window: 10 * 60,
};

/// Fetches of documents and keys from one host, whichever client or request causes them.
pub const FETCH_HOST: Limit = Limit {
    name: "fetch-host",
    quota: 300,
    window: 10 * 60,
};

/// Fetches of one key set because a signature names a key that is not in it.
pub const UNKNOWN_KEY: Limit = Limit {
    name: "unknown-key",
    quota: 30,
    window: 10 * 60,
};

/// Registrations with an initial access token that were rejected, for one token.
pub const REGISTRATION_REJECTED: Limit = Limit {
    name: "registration-rejected",
    quota: 60,
    window: 60 * 60,
};

/// Updates of registrations by their clients, from one address.
pub const REGISTRATION_UPDATE_ADDRESS: Limit = Limit {
    name: "registration-update-address",
    quota: 120,
    window: 60 * 60,
};

/// Updates of one registration by its client.
pub const REGISTRATION_UPDATE: Limit = Limit {
    name: "registration-update",
    quota: 30,
    window: 60 * 60,
};

/// How much of the JSON API may be used in an hour, before the operator's factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hourly {
    /// From one address without an account.
    pub anonymous: u64,
    /// For one account.
    pub account: u64,
    /// For an account that holds a role, in place of `account`.
    pub roles: BTreeMap<String, u64>,
}

/// For whom a request counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitSubject<'a> {
    /// Its address.
    Anonymous,
    /// Its address, for what checks a token in the body.
    Token,
    /// A client that acts for itself.
    Client,
    /// An account with these roles.
    Account(&'a BTreeSet<String>),
}

impl Hourly {
    /// The limit for a requester; of several roles that are named the highest counts.
    pub fn limit_for(&self, requester: LimitSubject<'_>) -> Limit {
        let (name, quota) = match requester {
            LimitSubject::Anonymous => ("anonymous", self.anonymous),
            LimitSubject::Token => ("token", self.account),
            LimitSubject::Client => ("client", self.account),
            LimitSubject::Account(held) => {
                let named = self.roles.iter().filter(|(role, _)| held.contains(*role));
                let highest = named.map(|(_, quota)| *quota).max();
                ("signed-in", highest.unwrap_or(self.account))
            }
        };
        Limit {
            name,
            quota,
            window: 3600,
        }
    }
}

impl Limit {
    /// The limit raised or lowered by the operator's factor; at least one try remains.
    #[must_use]
    pub fn scaled(self, multiplier: f64) -> Self {
        Self {
            quota: scaled(self.quota, multiplier),
            ..self
        }
    }

    /// Half of it, for a process that counts alone (RL-3); at least one try remains.
    #[must_use]
    pub const fn halved(self) -> Self {
        let half = self.quota / 2;
        Self {
            quota: if half == 0 { 1 } else { half },
            ..self
        }
    }

    /// Whether the try with this number, counted from one, is within it.
    pub const fn admits(self, count: u64) -> bool {
        count <= self.quota
    }

    /// How many more would be.
    pub const fn remaining(self, count: u64) -> u64 {
        self.quota.saturating_sub(count)
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "quotas are small and factors are bounded by the configuration"
)]
fn scaled(quota: u64, multiplier: f64) -> u64 {
    ((quota as f64 * multiplier) as u64).max(1)
}

/// Failed sign-ins that cost no wait yet.
const TOLERATED: u64 = 5;
/// The waits that follow, in seconds; the last one repeats.
const WAITS: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];
/// Failures are forgotten when so many seconds have passed since the last one and its wait.
pub const FORGET_AFTER: i64 = 24 * 60 * 60;

/// The failed sign-ins since the last good one, as kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// Until when nothing is tried.
    pub locked_until: Option<UnixSeconds>,
    /// When the last one was.
    pub updated_at: UnixSeconds,
}

impl Failures {
    /// How many seconds to wait from now; none if nothing keeps one.
    pub fn wait(&self, now: UnixSeconds) -> Option<i64> {
        self.locked_until
            .map(|end| end.saturating_sub(now))
            .filter(|left| *left > 0)
    }

    fn is_forgotten(&self, now: UnixSeconds) -> bool {
        let last = self.locked_until.unwrap_or(0).max(self.updated_at);
        now.saturating_sub(last) >= FORGET_AFTER
    }
}

/// The failures after one more. Tries that had begun before a wait did must not make it longer:
/// otherwise a burst of parallel tries would climb the whole ladder at once.
pub fn after_failure(before: Option<&Failures>, now: UnixSeconds, multiplier: f64) -> Failures {
    let before = before.filter(|one| !one.is_forgotten(now));
    if let Some(waiting) = before.filter(|one| one.wait(now).is_some()) {
        return *waiting;
    }
    let count = before.map_or(0, |one| one.count).saturating_add(1);
    Failures {
        count,
        locked_until: wait_after(count, multiplier).map(|wait| now.saturating_add(wait)),
        updated_at: now,
    }
}

fn wait_after(count: i64, multiplier: f64) -> Option<i64> {
    let tolerated = i64::try_from(scaled(TOLERATED, multiplier)).unwrap_or(i64::MAX);
    let step = usize::try_from(count.checked_sub(tolerated)?).ok()?;
    Some(WAITS[step.min(WAITS.len() - 1)])
}

/// The one name of the account that was meant, so that none of its own names makes a fresh limit;
/// where there is none, the one form of what was typed, so that neither case nor space nor width does.
/// What no account can be called has a form too: it is counted like the rest, and nobody learns which
/// names exist (EN-4).
pub fn account_key(account: Option<UserId>, typed: &str) -> String {
    if let Some(id) = account {
        return format!("id {id}");
    }
    let key = identifier::identifier_key(typed).unwrap_or_else(|| typed.trim().to_lowercase());
    format!("typed {key}")
}

/// The one form of a client address: a subscriber with IPv6 has at least a /64 to choose from.
pub fn address_key(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests;
