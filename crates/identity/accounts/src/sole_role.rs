//! Roles that only one user has, who therefore cannot leave.

use crate::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SoleRole {
    Administrator,
    Owner(String),
}

/// Returns a role that no other user has but this one, who is already marked for deletion. Call it
/// in a transaction that excludes other administrative changes.
pub(crate) async fn find_sole_role(
    tx: &WriteTx,
    leaving: UserId,
    now: UnixSeconds,
) -> Result<Option<SoleRole>, StoreError> {
    let roles = repo::roles::effective_for_user(tx, leaving, now).await?;
    if roles.roles.contains(ADMIN_ROLE)
        && !repo::roles::has_active_holder(tx, ADMIN_ROLE, now).await?
    {
        return Ok(Some(SoleRole::Administrator));
    }
    for (slug, is_owner) in repo::organizations::of_user(tx, leaving).await? {
        if !is_owner {
            continue;
        }
        let Some(organization) = repo::organizations::find(tx, &slug).await? else {
            continue;
        };
        if is_last_owner(tx, &slug, leaving).await? {
            return Ok(Some(SoleRole::Owner(organization.name)));
        }
    }
    Ok(None)
}

/// Returns true if this user is an owner of the organization, and none of the others remains. Owners
/// whose account is disabled or waits for deletion do not count.
#[boxed(?Send)]
pub async fn is_last_owner(conn: &Conn, slug: &str, leaving: UserId) -> Result<bool, StoreError> {
    let owners = repo::organizations::owners(conn, slug).await?;
    if !owners.contains(&leaving) {
        return Ok(false);
    }
    for id in owners.iter().filter(|id| **id != leaving) {
        let user = repo::users::find_by_id(conn, *id).await?;
        if user.is_some_and(|user| user.is_active() && !user.is_deletion_pending()) {
            return Ok(false);
        }
    }
    Ok(true)
}
