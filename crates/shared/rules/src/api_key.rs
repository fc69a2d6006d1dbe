//! API keys: creation, validity and permissions.
//!
//! A key never has more permissions than its user. Its scopes are checked at creation, and limited
//! to the user's current permissions at each use.

use ipnet::IpNet;

use crate::displayed_name::{self, NameError};
use crate::prelude::*;
use doorward_domain::model::ApiKey;

/// The maximum number of live keys of one user.
pub const MAX_KEYS: u64 = 20;
/// The maximum length of a name, in characters.
pub const NAME_MAX: usize = 60;
pub const MAX_NETWORKS: usize = 20;
/// The default TTL of a key, in seconds.
pub const DEFAULT_TTL: i64 = 90 * 86_400;
/// The maximum TTL of a key, in seconds.
pub const MAX_TTL: i64 = 365 * 86_400;
/// The minimum interval between two writes of the last use, in seconds.
pub const USE_WRITTEN_EVERY: i64 = 60;
/// The interval after which a use is audited again, in seconds. A use from another address is
/// audited at once.
pub const USE_AUDITED_EVERY: i64 = 3600;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ApiKeyRequest {
    pub name: String,
    pub scopes: Scope,
    /// The requested expiry; none for [`DEFAULT_TTL`].
    pub expires_at: Option<UnixSeconds>,
    /// The allowed addresses and networks, as typed; empty for any.
    pub networks: Vec<String>,
}

/// The validated terms of a new key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    pub name: String,
    pub scopes: Scope,
    pub expires_at: UnixSeconds,
    pub networks: Vec<IpNet>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyRequestError {
    NameMissing,
    NameTooLong,
    /// A name with control or bidirectional characters.
    NameInvalid,
    ScopesMissing,
    /// Scopes that the user does not have, or that keys cannot have.
    ScopesNotHeld(Scope),
    ExpiryPast,
    ExpiryTooLate,
    /// A text that is neither an address nor a network.
    NetworkInvalid(String),
    TooManyNetworks,
}

/// Returns the scopes that a key of a user with these permissions may have: registered scopes of a
/// resource where the user has the permission of the same name. The identity server's own scopes
/// are not available to keys.
pub fn grantable<'a>(roles: &EffectiveRoles, registered: &'a [ScopeEntry]) -> Vec<&'a ScopeEntry> {
    let holds = |entry: &&ScopeEntry| {
        let audience = entry.audience.as_ref();
        let permissions = audience.and_then(|audience| roles.permissions.get(audience));
        permissions.is_some_and(|permissions| permissions.contains(&entry.name))
    };
    registered.iter().filter(holds).collect()
}

/// Checks a request for a key of a user who may grant `grantable`.
pub fn check_request(
    request: &ApiKeyRequest,
    grantable: &[&ScopeEntry],
    now: UnixSeconds,
) -> Result<Terms, Vec<ApiKeyRequestError>> {
    let mut problems = Vec::new();
    let name = request.name.trim();
    problems.extend(name_problem(name));
    let offered: Scope = grantable.iter().map(|entry| entry.name.as_str()).collect();
    let beyond = request.scopes.difference(&offered);
    if request.scopes.is_empty() {
        problems.push(ApiKeyRequestError::ScopesMissing);
    } else if !beyond.is_empty() {
        problems.push(ApiKeyRequestError::ScopesNotHeld(beyond));
    }
    let expires_at = request.expires_at.unwrap_or(now + DEFAULT_TTL);
    if is_expired(expires_at, now) {
        problems.push(ApiKeyRequestError::ExpiryPast);
    } else if expires_at.saturating_sub(now) > MAX_TTL {
        problems.push(ApiKeyRequestError::ExpiryTooLate);
    }
    let networks = networks(&request.networks, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Terms {
        name: name.to_owned(),
        scopes: request.scopes.clone(),
        expires_at,
        networks,
    })
}

fn name_problem(name: &str) -> Option<ApiKeyRequestError> {
    match displayed_name::check(name, NAME_MAX).err()? {
        NameError::Missing => Some(ApiKeyRequestError::NameMissing),
        NameError::TooLong { .. } => Some(ApiKeyRequestError::NameTooLong),
        _ => Some(ApiKeyRequestError::NameInvalid),
    }
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
    if networks.len() > MAX_NETWORKS {
        problems.push(ApiKeyRequestError::TooManyNetworks);
    }
    networks
}

/// Reads `192.0.2.0/24`, `2001:db8::/32`, or a single address.
fn network(text: &str) -> Option<IpNet> {
    let single = || {
        let address: IpAddr = text.parse().ok()?;
        Some(IpNet::from(address.to_canonical()))
    };
    let network: Option<IpNet> = text.parse().ok().or_else(single);
    network.map(|network| network.trunc())
}

doorward_protocol::words! {
    pub enum ApiKeyUseError {
        Revoked = "revoked",
        Expired = "expired",
        /// The user's account is deleted.
        OwnerGone = "owner gone",
        OwnerDisabled = "owner disabled",
        OwnerLeaving = "owner leaving",
        /// The user is no longer a member of the key's organization, or the organization is inactive.
        NotMember = "owner not in its organization",
        /// The address is not allowed, or unknown although the key is limited to networks.
        Network = "network not allowed",
    }
}

/// Checks the key at `now`, used from `address`. `is_member` says that its user may act in its
/// organization.
pub fn check_use(
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

/// Returns the current permissions of a key at these audiences: its scopes, limited to the user's
/// permissions.
pub fn entitled(
    key: &ApiKey,
    roles: &EffectiveRoles,
    registered: &[ScopeEntry],
    audiences: &[String],
) -> Scope {
    grantable(roles, registered)
        .into_iter()
        .filter(|entry| {
            let audience = entry.audience.as_ref();
            audience.is_some_and(|audience| audiences.contains(audience))
        })
        .map(|entry| entry.name.as_str())
        .filter(|name| key.scopes.contains(name))
        .collect()
}

/// Returns the audiences of the key's scopes, independent of the user's current permissions.
pub fn audiences(key: &ApiKey, registered: &[ScopeEntry]) -> Vec<String> {
    let entries = registered.iter();
    let audiences: BTreeSet<String> = entries
        .filter(|entry| key.scopes.contains(&entry.name))
        .filter_map(|entry| entry.audience.clone())
        .collect();
    audiences.into_iter().collect()
}

/// The place where a use of an API key or app password is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UsageRecord {
    /// Nowhere: a use was recorded recently.
    Nothing,
    /// The row.
    Row,
    /// The row and the audit log: the first use after a pause, or from another address.
    Audit,
}

/// Decides by the time and the address of the last recorded use.
pub fn usage_record(
    (last, from): (Option<UnixSeconds>, Option<IpAddr>),
    address: Option<IpAddr>,
    now: UnixSeconds,
) -> UsageRecord {
    let Some(last) = last else {
        return UsageRecord::Audit;
    };
    let age = now.saturating_sub(last);
    if age < USE_WRITTEN_EVERY {
        UsageRecord::Nothing
    } else if age >= USE_AUDITED_EVERY || from != address {
        UsageRecord::Audit
    } else {
        UsageRecord::Row
    }
}

#[cfg(test)]
mod tests;
