//! The memberships of the signed-in user in organizations, and leaving one.

use doorward_domain::model::{Member, Organization};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::transaction::in_exclusive_transaction;
use doorward_store::repo::grants::GrantsOfUser;
use doorward_store::repo::memberships::Membership;

use super::sole_role::is_last_owner;
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeaveError {
    /// The user is not a member, or the organization does not exist.
    NotMember,
    LastOwner,
}

#[boxed(?Send)]
pub async fn list(core: &Core, signed_in: &SignedIn) -> Result<Vec<Membership>> {
    let (user, now) = (signed_in.user.id, core.now());
    Ok(repo::memberships::of_user(core.db.read(), user, now).await?)
}

/// Returns an organization of the user; `None` if the user is not a member.
#[boxed(?Send)]
pub async fn find(core: &Core, signed_in: &SignedIn, slug: &str) -> Result<Option<Organization>> {
    let (read, user) = (core.db.read(), signed_in.user.id);
    if repo::organizations::member(read, slug, user)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    Ok(repo::organizations::find(read, slug).await?)
}

/// Ends the user's membership, with their groups, roles, grants and API keys in the organization.
#[boxed(?Send)]
pub async fn leave(
    core: &Core,
    signed_in: &SignedIn,
    slug: &str,
    caller: &Caller,
) -> FlowResult<(), LeaveError> {
    in_exclusive_transaction(&core.db, ADMINISTRATION_LOCK, async |tx| {
        let (user, now) = (signed_in.user.id, core.now());
        let member = repo::organizations::member(tx, slug, user).await?;
        let member = member.ok_or(FlowError::Rejected(LeaveError::NotMember))?;
        if member.is_owner && is_last_owner(tx, slug, user).await? {
            return Err(FlowError::Rejected(LeaveError::LastOwner));
        }
        end(tx, slug, user, RevokeReason::ByOwner, now).await?;
        let event = caller
            .event(AuditKind::OrganizationChanged, true, now)
            .by(user)
            .about(slug)
            .with("change", "member left")
            .with("user", user.to_string());
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await
}

/// Maximum number of memberships that end in one run.
const ENDED: u64 = 500;

/// Ends the memberships whose end has passed. Returns their number.
#[boxed(?Send)]
pub async fn end_due(core: &Core) -> Result<u64> {
    let mut ended = 0;
    let due = repo::organizations::list_ended(core.db.read(), core.now(), ENDED).await?;
    for (slug, user) in due {
        let now = core.now();
        let tx = core.db.begin_exclusive_write(ADMINISTRATION_LOCK).await?;
        let member = repo::organizations::member(&tx, &slug, user).await?;
        let is_due = |member: Member| member.expires_at.is_some_and(|end| end <= now);
        if member.is_some_and(is_due) {
            end(&tx, &slug, user, RevokeReason::Administrator, now).await?;
            let event = Caller::of_server(&core.random)
                .event(AuditKind::OrganizationChanged, true, now)
                .about(&slug)
                .with("change", "membership ended")
                .with("user", user.to_string());
            repo::audit::insert(&tx, &event).await?;
            ended += 1;
        }
        tx.commit().await?;
    }
    Ok(ended)
}

/// Removes a member with everything that belongs to the membership: groups, roles, grants and API keys
/// in the organization. A user who becomes a member again gets none of them back.
#[boxed(?Send)]
pub async fn end(
    tx: &WriteTx,
    slug: &str,
    user: UserId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    repo::organizations::remove_member(tx, slug, user).await?;
    repo::groups::remove_from_all(tx, slug, user).await?;
    repo::roles::unassign_in_org(tx, &user.to_string(), slug).await?;
    let grants = GrantsOfUser::In(slug);
    repo::grants::revoke_of_user(tx, user, grants, reason, now).await?;
    repo::api_keys::revoke_in_org(tx, Some(user), slug, now).await?;
    repo::organizations::touch(tx, slug, now).await?;
    Ok(())
}
