//! The current roles of users and clients, never cached.

use doorward_domain::boxed;
use doorward_domain::model::{Client, ClientId, EffectiveRoles, OrgScope, UserId};
use doorward_store::Conn;
use doorward_store::{StoreError, repo};

use super::core::Core;
use crate::error::Result;

/// Returns the current roles of a user in this scope. They are never cached, so that removed roles
/// are in no token that any replica issues afterwards (decision 50).
#[boxed]
pub async fn of_user_in<'a>(
    core: &'a Core,
    user: UserId,
    scope: OrgScope<'a>,
) -> Result<EffectiveRoles> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_user_in(read, user, scope, now).await?)
}

/// Returns the current roles that a client has for itself in this scope, never cached.
#[boxed]
pub async fn of_client_in<'a>(
    core: &'a Core,
    client: &ClientId,
    scope: OrgScope<'a>,
) -> Result<EffectiveRoles> {
    let (read, now) = (core.db.read_reserved(), core.now());
    Ok(repo::roles::effective_for_client_in(read, client, scope, now).await?)
}

/// Returns the current roles of a user who made something that others use later, such as an invitation;
/// none of one who is disabled or about to be deleted.
#[boxed]
pub async fn of_active_user<'a>(
    core: &'a Core,
    conn: &Conn,
    user: UserId,
    scope: OrgScope<'a>,
) -> Result<Option<EffectiveRoles>, StoreError> {
    let found = repo::users::find_by_id(conn, user).await?;
    if !found.is_some_and(|user| user.is_active() && !user.is_deletion_pending()) {
        return Ok(None);
    }
    let held = repo::roles::effective_for_user_in(conn, user, scope, core.now()).await?;
    Ok(Some(held))
}

/// Returns the same roles of a client that acts for itself.
#[boxed]
pub async fn of_active_client<'a>(
    core: &'a Core,
    conn: &Conn,
    client: &ClientId,
    scope: OrgScope<'a>,
) -> Result<Option<EffectiveRoles>, StoreError> {
    let found = repo::clients::find(conn, client).await?;
    if !found.as_ref().is_some_and(Client::is_active) {
        return Ok(None);
    }
    let held = repo::roles::effective_for_client_in(conn, client, scope, core.now()).await?;
    Ok(Some(held))
}
