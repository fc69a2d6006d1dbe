//! Roles by the word of a provider: given and taken at each sign-in, by the operator's table.

use doorward_domain::model::{
    Assignment, AssignmentId, AuditKind, LinkedAccount, Place, Provider, SubjectKind,
    UpstreamIdentity, User,
};
use doorward_domain::rules::federation::mapped_roles;
use doorward_domain::time::UnixSeconds;
use doorward_store::{StoreError, WriteTx, repo};

use crate::flow::caller::{Caller, Describe as _};

/// Gives what the provider's words mean now, and takes what they gave before and mean no longer. What
/// somebody holds by other means is neither given nor taken.
pub(super) async fn follow(
    tx: &WriteTx,
    (provider, identity): (&Provider, &UpstreamIdentity),
    (user, link): (&User, &mut LinkedAccount),
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let wanted = mapped_roles(provider, identity);
    if wanted.is_empty() && link.roles.is_empty() {
        return Ok(());
    }
    let subject = user.id.to_string();
    let held = repo::roles::effective_for_user_in(tx, user.id, Place::Everywhere, now).await?;
    let mut given = Vec::new();
    for role in &wanted {
        if link.roles.contains(role) {
            given.push(role.clone());
            continue;
        }
        // A role that the table names and nobody has made is left out, as at registration.
        if held.roles.contains(role) || repo::roles::find(tx, role).await?.is_none() {
            continue;
        }
        let assignment = Assignment {
            id: AssignmentId::generate(now, &mut rand::rng()),
            subject_kind: SubjectKind::User,
            subject_id: subject.clone(),
            role: role.clone(),
            org: None,
            assigned_by: None,
            expires_at: None,
            active: true,
            created_at: now,
        };
        repo::roles::assign(tx, &assignment).await?;
        note(tx, (provider, user), (role, "given"), caller, now).await?;
        given.push(role.clone());
    }
    for role in link.roles.iter().filter(|role| !wanted.contains(role)) {
        let kind = SubjectKind::User;
        if repo::roles::unassign(tx, kind, &subject, role, None).await? {
            note(tx, (provider, user), (role, "taken"), caller, now).await?;
        }
    }
    link.roles = given;
    Ok(())
}

async fn note(
    tx: &WriteTx,
    (provider, user): (&Provider, &User),
    (role, change): (&str, &str),
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let event = caller.event(AuditKind::RoleChanged, true, now);
    let event = event
        .about(user.id)
        .with("role", role)
        .with("change", change);
    repo::audit::insert(tx, &event.with("provider", provider.id.as_str())).await
}
