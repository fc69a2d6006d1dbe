//! The rights that decide on impersonation, read from the database.

use doorward_domain::boxed;
use doorward_domain::model::{Grant, OrgScope, SessionId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::own_permissions::IMPERSONATE;
use doorward_store::{Conn, StoreError, repo};

use crate::context::Core;

/// Returns the impersonation of a session; none if the configuration enables none.
#[boxed]
pub async fn of_session(core: &Core, session: SessionId) -> Result<Option<Grant>, StoreError> {
    if !core.config.impersonation.enabled {
        return Ok(None);
    }
    repo::impersonations::find_of_session(core.db.read(), session, core.now()).await
}

/// Returns true if the user may act as others now: an active user with the permission outside of organizations.
#[boxed]
pub async fn may_act(
    conn: &Conn,
    issuer: &str,
    user: UserId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let found = repo::users::find_by_id(conn, user).await?;
    if !found.is_some_and(|user| user.is_active() && !user.is_deletion_pending()) {
        return Ok(false);
    }
    let scope = OrgScope::from_org(None);
    let held = repo::roles::effective_for_user_in(conn, user, scope, now).await?;
    let own = held.permissions.get(issuer);
    Ok(own.is_some_and(|own| own.contains(IMPERSONATE)))
}

/// Returns true if the user has a permission of this server in any scope, or owns an organization.
#[boxed]
pub async fn administers(
    conn: &Conn,
    issuer: &str,
    user: UserId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let all = repo::roles::effective_in_each_scope(conn, user, now).await?;
    let mut all = all.into_iter();
    Ok(all.any(|(_, is_owner, held)| {
        let own = held.permissions.get(issuer);
        is_owner || own.is_some_and(|own| !own.is_empty())
    }))
}
