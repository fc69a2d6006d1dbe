//! The current roles of users and clients, never cached.

use doorward_domain::model::{ClientId, EffectiveRoles, OrgScope, UserId};
use doorward_store::repo;

use super::core::Core;
use crate::error::ServerError;

/// Returns the current roles of a user in this scope. They are never cached, so that removed roles
/// are in no token that any replica issues afterwards (decision 50).
pub async fn of_user_in(
    core: &Core,
    user: UserId,
    scope: OrgScope<'_>,
) -> Result<EffectiveRoles, ServerError> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_user_in(read, user, scope, now).await?)
}

/// Returns the current roles that a client has for itself in this scope, never cached.
pub async fn of_client_in(
    core: &Core,
    client: &ClientId,
    scope: OrgScope<'_>,
) -> Result<EffectiveRoles, ServerError> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_client_in(read, client, scope, now).await?)
}
