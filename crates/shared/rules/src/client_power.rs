//! Access of clients that act for themselves: no user's permissions limit it, so it is power. The
//! registries decide what a name gives access to, never its spelling.

use crate::authorize::Registry;
use crate::delegation::{DelegationDenial, DelegationRule};
use crate::prelude::*;

/// The access that a scope or a type of authorization details gives to a client that acts for
/// itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Power<'a> {
    /// No access to a resource.
    None,
    /// The permission of this name at this resource.
    At(&'a str),
    /// Access that no permission describes. Unregistered names have it too: whatever is registered
    /// under the name later would be open to the client at once.
    Undescribed,
}

/// Returns the access that a scope gives.
pub fn of_scope<'a>(scopes: &'a [ScopeEntry], name: &str) -> Power<'a> {
    let found = scopes.iter().find(|entry| entry.name == name);
    found.map_or(Power::Undescribed, |entry| {
        entry.audience.as_deref().map_or(Power::None, Power::At)
    })
}

/// Returns the access that a type of authorization details gives (RFC 9396 §14).
pub fn of_type(registry: &Registry<'_>, name: &str) -> Power<'static> {
    match detail_type::find(registry.details, name) {
        Some(known) if !known.without_person => Power::None,
        // A disabled type is not found, and can be enabled at any time.
        Some(_) | None => Power::Undescribed,
    }
}

/// Returns the scopes of a client's own token that are its permissions at these audiences.
pub fn entitlements<'a>(
    scopes: &[ScopeEntry],
    scope: &'a Scope,
    audiences: &[impl AsRef<str>],
) -> impl Iterator<Item = &'a str> {
    scope
        .iter()
        .filter(move |name| match of_scope(scopes, name) {
            Power::At(resource) => audiences.iter().any(|at| at.as_ref() == resource),
            Power::None | Power::Undescribed => false,
        })
}

/// Checks that the caller with the roles `held`, who is no administrator, has what this client gets
/// for itself: each permission at the same resource.
pub fn check(
    client: &Client,
    registry: &Registry<'_>,
    held: &EffectiveRoles,
) -> Result<(), DelegationDenial> {
    if !client.allows_grant(&GrantType::ClientCredentials) {
        return Ok(());
    }
    let is_missing = |power: Power<'_>, name: &str| match power {
        Power::None => false,
        Power::At(resource) => !held.has_permission(resource, name),
        Power::Undescribed => true,
    };
    let scopes = client.scopes.iter();
    let scopes = scopes.filter(|name| is_missing(of_scope(registry.scopes, name), name));
    let types = client.authorization_details_types.iter();
    let types = types.map(String::as_str);
    let types = types.filter(|name| is_missing(of_type(registry, name), name));
    let missing = scopes.chain(types).map(str::to_owned).collect();
    DelegationDenial::for_missing(DelegationRule::MoreThanHeld, missing)
}

#[cfg(test)]
mod tests;
