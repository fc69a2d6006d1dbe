//! What somebody looks after alone, and so cannot leave.

use doorward_domain::model::{ADMIN_ROLE, User, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_store::{StoreError, WriteTx, repo};

/// What nobody else would look after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SoleRole {
    /// The installation: nobody else administers it.
    Administrator,
    /// The organization of this name: nobody else owns it.
    Owner(String),
}

/// What nobody who stays looks after but this person, who is marked as leaving. Asked in a transaction
/// that other changes of administration wait for.
pub(crate) async fn left_alone(
    tx: &WriteTx,
    leaving: UserId,
    now: UnixSeconds,
) -> Result<Option<SoleRole>, StoreError> {
    let held = repo::roles::effective_for_user(tx, leaving, now).await?;
    if held.roles.contains(ADMIN_ROLE)
        && !repo::roles::is_held_by_anybody(tx, ADMIN_ROLE, now).await?
    {
        return Ok(Some(SoleRole::Administrator));
    }
    for (slug, is_owner) in repo::organizations::of_user(tx, leaving).await? {
        if !is_owner {
            continue;
        }
        let owners = repo::organizations::owners(tx, &slug).await?;
        let Some(organization) = repo::organizations::find(tx, &slug).await? else {
            continue;
        };
        if is_needed(tx, &owners, leaving).await? {
            return Ok(Some(SoleRole::Owner(organization.name)));
        }
    }
    Ok(None)
}

/// Whether this person is one of these, and nobody of the others stays.
async fn is_needed(tx: &WriteTx, these: &[UserId], leaving: UserId) -> Result<bool, StoreError> {
    if !these.contains(&leaving) {
        return Ok(false);
    }
    for id in these.iter().filter(|id| **id != leaving) {
        if repo::users::find_by_id(tx, *id)
            .await?
            .is_some_and(|user| stays(&user))
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether somebody can look after something, today and after the time that deletions wait.
fn stays(user: &User) -> bool {
    user.is_active() && !user.is_deletion_pending()
}
