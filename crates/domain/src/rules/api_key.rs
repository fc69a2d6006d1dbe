//! API keys: what one may be given, whether it still stands, and what it may do.
//!
//! A key never has more than its owner: its scopes are checked when it is made, and cut down to
//! what the owner holds whenever it is used.

use std::net::IpAddr;

use doorward_protocol::scope::Scope;
use ipnet::IpNet;

use crate::model::{ApiKey, EffectiveRoles, ScopeEntry, User};
use crate::time::{UnixSeconds, is_expired};

/// The most live keys of one person.
pub const MOST_KEYS: u64 = 20;
/// The longest name, in characters.
pub const NAME_MAX: usize = 60;
/// The most networks of one key.
pub const MOST_NETWORKS: usize = 20;
/// How long a key lives unless another end is asked for, in seconds.
pub const DEFAULT_LIFE: i64 = 90 * 86_400;
/// How long a key lives at most, in seconds.
pub const LONGEST_LIFE: i64 = 365 * 86_400;
/// Use is written down at most this often, in seconds.
pub const USE_WRITTEN_EVERY: i64 = 60;
/// A use is worth a line of the audit log after this long, in seconds, or from another address.
pub const USE_AUDITED_EVERY: i64 = 3600;

/// What somebody asks for.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ApiKeyRequest {
    /// What to call it.
    pub name: String,
    /// What it shall be able to do.
    pub scopes: Scope,
    /// When it shall end; none for [`DEFAULT_LIFE`].
    pub expires_at: Option<UnixSeconds>,
    /// From where it may be used, as typed: addresses and networks; none for anywhere.
    pub networks: Vec<String>,
}

/// What a key is made of, once everything was found in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Its name.
    pub name: String,
    /// Its scopes.
    pub scopes: Scope,
    /// Its end.
    pub expires_at: UnixSeconds,
    /// Its networks.
    pub networks: Vec<IpNet>,
}

/// What is wrong with a wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyRequestError {
    /// It has no name.
    NameMissing,
    /// The name is longer than [`NAME_MAX`].
    NameTooLong,
    /// The name holds characters that no line of text holds.
    NameInvalid,
    /// It could do nothing.
    ScopesMissing,
    /// The owner does not have these, or they are not for keys.
    ScopesNotHeld(Scope),
    /// Its end is not in the future.
    ExpiryPast,
    /// Its end is later than [`LONGEST_LIFE`] from now.
    ExpiryTooLate,
    /// This is neither an address nor a network.
    NetworkInvalid(String),
    /// There are more than [`MOST_NETWORKS`].
    TooManyNetworks,
}

/// The scopes that a key of somebody who holds this may have: registered ones of a resource, whose
/// permission of the same name they hold there. The identity server's own scopes are not for keys.
pub fn grantable<'a>(held: &EffectiveRoles, registered: &'a [ScopeEntry]) -> Vec<&'a ScopeEntry> {
    let holds = |entry: &&ScopeEntry| {
        let audience = entry.audience.as_ref();
        let permissions = audience.and_then(|audience| held.permissions.get(audience));
        permissions.is_some_and(|permissions| permissions.contains(&entry.name))
    };
    registered.iter().filter(holds).collect()
}

/// Whether such a key may be made for somebody who could give it `grantable`.
pub fn may_create(
    wish: &ApiKeyRequest,
    grantable: &[&ScopeEntry],
    now: UnixSeconds,
) -> Result<Terms, Vec<ApiKeyRequestError>> {
    let mut problems = Vec::new();
    let name = wish.name.trim();
    problems.extend(name_problem(name));
    let offered: Scope = grantable.iter().map(|entry| entry.name.as_str()).collect();
    let beyond: Scope = wish
        .scopes
        .iter()
        .filter(|scope| !offered.contains(scope))
        .collect();
    if wish.scopes.is_empty() {
        problems.push(ApiKeyRequestError::ScopesMissing);
    } else if !beyond.is_empty() {
        problems.push(ApiKeyRequestError::ScopesNotHeld(beyond));
    }
    let expires_at = wish.expires_at.unwrap_or(now + DEFAULT_LIFE);
    if is_expired(expires_at, now) {
        problems.push(ApiKeyRequestError::ExpiryPast);
    } else if expires_at.saturating_sub(now) > LONGEST_LIFE {
        problems.push(ApiKeyRequestError::ExpiryTooLate);
    }
    let networks = networks(&wish.networks, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Terms {
        name: name.to_owned(),
        scopes: wish.scopes.clone(),
        expires_at,
        networks,
    })
}

fn name_problem(name: &str) -> Option<ApiKeyRequestError> {
    if name.is_empty() {
        Some(ApiKeyRequestError::NameMissing)
    } else if name.chars().count() > NAME_MAX {
        Some(ApiKeyRequestError::NameTooLong)
    } else if name.chars().any(is_unprintable) {
        Some(ApiKeyRequestError::NameInvalid)
    } else {
        None
    }
}

/// Control characters, and those that turn the direction of the text around them (UTS 55 §3.1).
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn networks(typed: &[String], problems: &mut Vec<ApiKeyRequestError>) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for text in typed.iter().map(|text| text.trim()) {
        match network(text) {
            Some(network) if networks.contains(&network) => {}
            Some(network) => networks.push(network),
            None if text.is_empty() => {}
            None => problems.push(ApiKeyRequestError::NetworkInvalid(text.to_owned())),
        }
    }
    if networks.len() > MOST_NETWORKS {
        problems.push(ApiKeyRequestError::TooManyNetworks);
    }
    networks
}

/// `192.0.2.0/24`, `2001:db8::/32`, or a single address.
fn network(text: &str) -> Option<IpNet> {
    let single = || {
        let address: IpAddr = text.parse().ok()?;
        Some(IpNet::from(address.to_canonical()))
    };
    let network: Option<IpNet> = text.parse().ok().or_else(single);
    network.map(|network| network.trunc())
}

/// Why a key is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyUseError {
    /// It was revoked.
    Revoked,
    /// It is over.
    Expired,
    /// The account of its owner is gone.
    OwnerGone,
    /// The account of its owner is switched off.
    OwnerDisabled,
    /// The account of its owner waits for its deletion.
    OwnerLeaving,
    /// Its owner no longer belongs to its organization, or nobody may act in that one's name.
    NotMember,
    /// It must not be used from there, or nobody said from where it is used.
    Network,
}

impl ApiKeyUseError {
    /// The reason in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::OwnerGone => "owner gone",
            Self::OwnerDisabled => "owner disabled",
            Self::OwnerLeaving => "owner leaving",
            Self::NotMember => "owner not in its organization",
            Self::Network => "network not allowed",
        }
    }
}

/// Whether the key is good at `now`, used from `address`; `is_member` says whether its owner may act
/// in the name of its organization.
pub fn still_good(
    key: &ApiKey,
    owner: Option<&User>,
    is_member: bool,
    address: Option<IpAddr>,
    now: UnixSeconds,
) -> Result<(), ApiKeyUseError> {
    if key.revoked_at.is_some() {
        return Err(ApiKeyUseError::Revoked);
    }
    if is_expired(key.expires_at, now) {
        return Err(ApiKeyUseError::Expired);
    }
    let owner = owner.ok_or(ApiKeyUseError::OwnerGone)?;
    if !owner.is_active() {
        return Err(ApiKeyUseError::OwnerDisabled);
    }
    if owner.is_deletion_pending() {
        return Err(ApiKeyUseError::OwnerLeaving);
    }
    if key.org.is_some() && !is_member {
        return Err(ApiKeyUseError::NotMember);
    }
    let address = address.map(|address| address.to_canonical());
    let inside = |network: &IpNet| address.is_some_and(|address| network.contains(&address));
    if !key.networks.is_empty() && !key.networks.iter().any(inside) {
        return Err(ApiKeyUseError::Network);
    }
    Ok(())
}

/// What a key may do now at these audiences: its scopes as far as its owner still holds them.
pub fn entitled(
    key: &ApiKey,
    held: &EffectiveRoles,
    registered: &[ScopeEntry],
    audiences: &[String],
) -> Scope {
    grantable(held, registered)
        .into_iter()
        .filter(|entry| {
            let audience = entry.audience.as_ref();
            audience.is_some_and(|audience| audiences.contains(audience))
        })
        .map(|entry| entry.name.as_str())
        .filter(|name| key.scopes.contains(name))
        .collect()
}

/// The audiences that the key was made for, whatever its owner holds now.
pub fn audiences(key: &ApiKey, registered: &[ScopeEntry]) -> Vec<String> {
    let mut audiences: Vec<String> = registered
        .iter()
        .filter(|entry| key.scopes.contains(&entry.name))
        .filter_map(|entry| entry.audience.clone())
        .collect();
    audiences.sort_unstable();
    audiences.dedup();
    audiences
}

/// What a use of the key is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UsageRecord {
    /// It was written down a moment ago.
    Nothing,
    /// Written into the key's row.
    Row,
    /// And into the audit log: the first for a while, or from another address.
    Audit,
}

/// What to write about a use at `now` from `address`.
pub fn note_of(key: &ApiKey, address: Option<IpAddr>, now: UnixSeconds) -> UsageRecord {
    let Some(last) = key.last_used_at else {
        return UsageRecord::Audit;
    };
    let age = now.saturating_sub(last);
    if age < USE_WRITTEN_EVERY {
        UsageRecord::Nothing
    } else if age >= USE_AUDITED_EVERY || key.last_used_from != address {
        UsageRecord::Audit
    } else {
        UsageRecord::Row
    }
}

#[cfg(test)]
mod tests;
