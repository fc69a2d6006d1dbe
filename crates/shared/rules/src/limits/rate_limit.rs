//! Rate limits (ASVS 5.0 §6.3.1).

use std::net::Ipv6Addr;

use crate::identifier;
use crate::prelude::*;

/// A number of attempts in a window that begins with the first of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// The name in the `RateLimit` header fields.
    pub name: &'static str,
    /// The maximum number of attempts in one window.
    pub quota: u64,
    /// The length of the window, in seconds.
    pub window: u64,
}

/// The limit of forms with a password or a new account, from one IP address.
pub const ADDRESS: Limit = Limit::new("address", 30, 60);

/// The limit of sign-ins to one account: from all unknown browsers together, or
/// from one known device.
pub const SIGN_IN: Limit = Limit::new("sign-in", 5, 60);

/// The limit of failed sign-ins from one IP address, to any account.
pub const FAILED: Limit = Limit::new("failed", 10, 60);

/// The limit of checks for one account that are not counted because the server failed to record them: a
/// database that accepts only some writes must not allow unlimited guesses.
pub const UNRECORDED: Limit = Limit::new("unrecorded", 30, 60);

/// The limit of forms that cause an e-mail message, from one IP address.
pub const MAIL: Limit = Limit::new("mail", 20, 60);

/// The limit of password checks in an existing session, for one account. It keeps an attacker with
/// an open session from guessing the password.
pub const PROOF: Limit = Limit::new("password", 5, 60);

/// The limit of first codes of a new authenticator app, for one account.
pub const FIRST_CODE: Limit = Limit::new("code", 5, 60);

/// The limit of stored interactions, from one IP address. A request that needs no page is not
/// stored and not counted.
pub const INTERACTION: Limit = Limit::new("interaction", 200, 60);

/// The limit of device authorization requests, from one IP address: each is stored.
pub const DEVICE: Limit = Limit::new("device", 20, 60);

/// The limit of backchannel authentication requests of one client for one user: each sends an e-mail
/// message (CIBA Core §14).
pub const BACKCHANNEL: Limit = Limit::new("backchannel", 6, 600);

/// The limit of these requests in a day.
pub const BACKCHANNEL_DAY: Limit = Limit::new("backchannel-day", 30, 24 * 60 * 60);

/// The limit of backchannel authentication requests of one client.
pub const BACKCHANNEL_CLIENT: Limit = Limit::new("backchannel-client", 600, 600);

/// The limit of requests of one client whose hint names no user of it, so that hints do not show who
/// has an account.
pub const BACKCHANNEL_UNKNOWN: Limit = Limit::new("backchannel-unknown", 30, 600);

/// The limit of exports of personal data of one account.
pub const EXPORT: Limit = Limit::new("export", 3, 24 * 60 * 60);

/// The limit of user codes entered from one IP address.
pub const USER_CODE_ADDRESS: Limit = Limit::new("user-code-address", 20, 60);

/// The limit of wrong user codes in one session.
pub const USER_CODE: Limit = Limit::new("user-code", 5, 60 * 60);

/// The limit of wrong support codes that one administrator enters.
pub const SUPPORT_CODE: Limit = Limit::new("support-code", 10, 60 * 60);

/// The limit of pushed requests of authenticated clients, from one IP address.
pub const PUSH: Limit = Limit::new("push", 6000, 60);

/// The limit of requests of one source of SCIM. A first run has some for each user.
pub const SCIM: Limit = Limit::new("scim", 6000, 60);

/// The limit of pushed requests without client authentication, which any sender can make.
pub const PUSH_UNPROVED: Limit = Limit { quota: 60, ..PUSH };

/// The limit of checks of an imported client secret, for one client and one IP address.
pub const FOREIGN_SECRET: Limit = Limit::new("foreign-secret", 10, 60);

/// The limit of fetched metadata documents of unknown clients, for requests from one IP address.
pub const DOCUMENT: Limit = Limit::new("document", 10, 10 * 60);

/// The limit of fetched metadata documents of unknown clients, from one host.
pub const DOCUMENT_HOST: Limit = Limit::new("document-host", 60, 10 * 60);

/// The limit of fetched metadata documents of unknown clients, from all hosts together.
pub const DOCUMENT_ALL: Limit = Limit::new("document-all", 600, 10 * 60);

/// The limit of fetched documents and keys from one host, for all clients and requests.
pub const FETCH_HOST: Limit = Limit::new("fetch-host", 300, 10 * 60);

/// The limit of fetches of one key set because a signature names an unknown key.
pub const UNKNOWN_KEY: Limit = Limit::new("unknown-key", 30, 10 * 60);

/// The limit of rejected registrations with one initial access token.
pub const REGISTRATION_REJECTED: Limit = Limit::new("registration-rejected", 60, 60 * 60);

/// The limit of updates of registrations by their clients, from one IP address.
pub const REGISTRATION_UPDATE_ADDRESS: Limit =
    Limit::new("registration-update-address", 120, 60 * 60);

/// The limit of updates of one registration by its client.
pub const REGISTRATION_UPDATE: Limit = Limit::new("registration-update", 30, 60 * 60);

/// The hourly limits of the JSON API, before the operator's factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hourly {
    /// The limit for one IP address without an account.
    pub anonymous: u64,
    pub account: u64,
    /// The limits for accounts with a role, which replace `account`.
    pub roles: BTreeMap<String, u64>,
}

/// The subject that a request is counted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitSubject<'a> {
    Anonymous,
    /// The IP address, for requests with a token in the body.
    Token,
    /// A client that acts for itself.
    Client,
    /// An account with these roles.
    Account(&'a BTreeSet<String>),
}

impl Hourly {
    /// Returns the limit for a subject; if several of its roles have one, the highest applies.
    pub fn limit_for(&self, requester: LimitSubject<'_>) -> Limit {
        let (name, quota) = match requester {
            LimitSubject::Anonymous => ("anonymous", self.anonymous),
            LimitSubject::Token => ("token", self.account),
            LimitSubject::Client => ("client", self.account),
            LimitSubject::Account(roles) => {
                let named = self.roles.iter().filter(|(role, _)| roles.contains(*role));
                let highest = named.map(|(_, quota)| *quota).max();
                ("signed-in", highest.unwrap_or(self.account))
            }
        };
        Limit::new(name, quota, 60 * 60)
    }
}

impl Limit {
    /// Creates a limit of so many attempts in a window of so many seconds.
    pub const fn new(name: &'static str, quota: u64, window: u64) -> Self {
        Self {
            name,
            quota,
            window,
        }
    }

    /// Returns the limit scaled by the operator's factor; at least one attempt remains.
    #[must_use]
    pub fn scaled(self, multiplier: f64) -> Self {
        Self {
            quota: scaled(self.quota, multiplier),
            ..self
        }
    }

    /// Returns half of the limit, for a replica that counts alone; at least one attempt remains.
    #[must_use]
    pub const fn halved(self) -> Self {
        let half = self.quota / 2;
        Self {
            quota: if half == 0 { 1 } else { half },
            ..self
        }
    }

    /// Returns the sentence for a client whose request exceeds the limit.
    pub fn rejection(self) -> &'static str {
        match self.name {
            name if name == BACKCHANNEL.name || name == BACKCHANNEL_DAY.name => {
                "too many requests of this client for this user"
            }
            name if name == BACKCHANNEL_CLIENT.name => "too many requests of this client",
            name if name == BACKCHANNEL_UNKNOWN.name => {
                "too many requests of this client with hints that match no user of it"
            }
            name if name == SCIM.name => "too many requests of this source",
            _ => "too many requests from this address",
        }
    }

    /// Returns true if the attempt with this number, counted from one, is within the limit.
    pub const fn admits(self, count: u64) -> bool {
        count <= self.quota
    }

    pub const fn remaining(self, count: u64) -> u64 {
        self.quota.saturating_sub(count)
    }
}

/// Returns a maximum scaled by the operator's factor, at least one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "quotas are small and factors are bounded by the configuration"
)]
pub fn scaled(quota: u64, multiplier: f64) -> u64 {
    ((quota as f64 * multiplier) as u64).max(1)
}

/// Returns the key that failures of an account are counted under. A known account has one key for
/// all its login identifiers. Otherwise the key is the canonical form of the input, whatever its
/// case, spaces and width. Input that cannot be a login identifier is counted too, so that the
/// limit does not reveal which accounts exist (ASVS 5.0 §6.3.8).
pub fn account_key(account: Option<UserId>, typed: &str) -> String {
    if let Some(id) = account {
        return format!("id {id}");
    }
    let key = identifier::identifier_key(typed).unwrap_or_else(|| typed.trim().to_lowercase());
    format!("typed {key}")
}

/// Returns the key that an IP address is counted under. An IPv6 subscriber has at least a /64 to
/// choose from, so the key is the /64.
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
