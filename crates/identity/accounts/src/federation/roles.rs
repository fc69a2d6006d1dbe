//! Roles from an identity provider: assigned and removed at each sign-in, by the operator's
//! mapping.

use doorward_domain::model::{AssignmentId, LinkedAccount, OrgScope};
use doorward_rules::federation::mapped_roles;

use crate::change::Change;
use crate::prelude::*;

/// Assigns the roles that the provider's claims map to, and removes those that they no longer map
/// to. Other role assignments of the user remain unchanged. Claims that could not be read change
/// nothing.
pub(super) async fn follow(
    change: Change<'_>,
    provider: &Provider,
    identity: &UpstreamIdentity,
    link: &mut LinkedAccount,
) -> Result<(), StoreError> {
    let Some(requested) = mapped_roles(provider, identity) else {
        return Ok(());
    };
    if requested.is_empty() && link.roles.is_empty() {
        return Ok(());
    }
    let (tx, user, now) = (change.tx, link.user_id, change.now());
    let (kind, subject) = (SubjectKind::User, user.to_string());
    let roles = repo::roles::effective_for_user_in(tx, user, OrgScope::Global, now).await?;
    let record = async |role: &str, what: &str| {
        let event = change.event(AuditKind::RoleChanged, true).about(user);
        let event = event.with("role", role).with("change", what);
        let event = event.with("provider", provider.id.as_str());
        change.record(&event).await
    };
    let mut given = Vec::new();
    for role in &requested {
        if link.roles.contains(role) {
            given.push(role.clone());
            continue;
        }
        // A mapped role that does not exist is skipped, as at registration.
        if roles.roles.contains(role) || repo::roles::find(tx, role).await?.is_none() {
            continue;
        }
        let id = AssignmentId::generate(now, &mut change.core.rng());
        let assignment = Assignment::global(id, (kind, &subject), role, now);
        repo::roles::assign(tx, &assignment).await?;
        record(role, "given").await?;
        given.push(role.clone());
    }
    for role in link.roles.iter().filter(|role| !requested.contains(role)) {
        if repo::roles::unassign(tx, kind, &subject, role, None).await? {
            record(role, "taken").await?;
        }
    }
    link.roles = given;
    Ok(())
}

/// Removes the roles that the provider gave through this link, which ends.
#[boxed(?Send)]
pub async fn end(
    tx: &WriteTx,
    link: &LinkedAccount,
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let subject = link.user_id.to_string();
    for role in &link.roles {
        if !repo::roles::unassign(tx, SubjectKind::User, &subject, role, None).await? {
            continue;
        }
        let event = caller.event(AuditKind::RoleChanged, true, now);
        let event = event.about(link.user_id).with("role", role.as_str());
        let event = event.with("change", "taken");
        repo::audit::insert(tx, &event.with("issuer", link.issuer.as_str())).await?;
    }
    Ok(())
}

/// Removes every link of an account, with the roles that came from them.
pub(crate) async fn end_all(
    tx: &WriteTx,
    user: UserId,
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    for link in repo::linked_accounts::list(tx, user).await? {
        end(tx, &link, caller, now).await?;
    }
    repo::linked_accounts::remove_all(tx, user).await?;
    Ok(())
}

/// Removes the roles that this issuer gave, because it is no longer a provider. The links remain,
/// but cannot be used.
#[boxed(?Send)]
pub async fn end_issuer(
    tx: &WriteTx,
    issuer: &str,
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    for mut link in repo::linked_accounts::list_with_roles(tx, issuer).await? {
        end(tx, &link, caller, now).await?;
        link.roles.clear();
        repo::linked_accounts::set_roles(tx, &link).await?;
    }
    Ok(())
}
