//! The roles and groups of accepted invitations: given as by the inviter, with the present rights.

use doorward_domain::model::{Assignment, Invitation};
use doorward_services::caller::Caller;
use doorward_services::context::Context;

use crate::invitation_batches::inviting_context;
use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::NewAssignment;
use crate::{assignments, group_members};

/// Maximum number of invitations in one run.
const MAX: u64 = 50;

/// Gives the users who have accepted invitations their roles and groups. What the inviter may not give any
/// more is not given, and the audit log says so.
#[boxed(?Send)]
pub async fn give_due(server: &Context) -> Result<()> {
    let due = repo::invitations::list_accepted(server.core.db.read(), MAX).await?;
    for (invitation, user) in due {
        match inviting_context(server, &invitation).await? {
            Ok(context) => give(&context, &invitation, user).await?,
            Err(reason) => {
                let event = Caller::of_server(&server.core.random)
                    .event(AuditKind::OrganizationChanged, false, server.core.now())
                    .about(&invitation.org)
                    .with("change", "invited access not given")
                    .with("invitation", invitation.id.to_string())
                    .with("user", user.to_string())
                    .with("reason", reason.as_str());
                let tx = server.core.db.begin_write().await?;
                repo::audit::insert(&tx, &event).await?;
                tx.commit().await?;
            }
        }
        let tx = server.core.db.begin_write().await?;
        repo::invitations::set_accepted(&tx, invitation.id, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn give(context: &AdminContext<'_>, invitation: &Invitation, user: UserId) -> Result<()> {
    let org = invitation.org.as_str();
    let (read, subject) = (context.db.read(), user.to_string());
    let held = repo::roles::assignments(read, SubjectKind::User, &subject).await?;
    let is_held = |role: &String| {
        let is_same = |held: &Assignment| held.role == *role && held.org.as_deref() == Some(org);
        held.iter().any(is_same)
    };
    // An assignment that exists keeps its end.
    for role in invitation.access.roles.iter().filter(|role| !is_held(role)) {
        let new = NewAssignment {
            subject: Subject::User(user),
            role: role.clone(),
            org: Some(org.to_owned()),
            expires_at: invitation.access.member_until,
            active: true,
        };
        let given = assignments::create(context, new).await.map(drop);
        record_failure(context, invitation, ("role", role.clone()), given).await?;
    }
    for group in &invitation.access.groups {
        let given = group_members::add(context, *group, user).await;
        record_failure(context, invitation, ("group", group.to_string()), given).await?;
    }
    Ok(())
}

/// Records what was not given. An error of the store is one of the run, which is repeated.
async fn record_failure(
    context: &AdminContext<'_>,
    invitation: &Invitation,
    (kind, name): (&str, String),
    given: Result<()>,
) -> Result<()> {
    let error = match given {
        Ok(()) => return Ok(()),
        Err(error @ (AdminError::Store(_) | AdminError::Fault(_))) => return Err(error),
        Err(error) => error,
    };
    let change = "invited access not given";
    let event = AuditEvent {
        success: false,
        ..context.event(AuditKind::OrganizationChanged, &invitation.org, change)
    };
    let event = event
        .with("invitation", invitation.id.to_string())
        .with(kind, name)
        .with("reason", error.to_string());
    let tx = context.begin().await?;
    context.commit_with(tx, &event).await
}
