//! Delegation of project memberships: users cannot give more access than they have, and cannot
//! raise their own access. The active policies define the access of a membership.

use doorward_policy::principal::Memberships;
use doorward_policy::{Action, Object, PolicyPrincipal};
use uuid::Uuid;

use super::model::Project;
use crate::caller::Caller;
use crate::members::model::{Member, Permission, Role};
use crate::members::{join, part};
use crate::problem::Result;
use crate::tasks::model::Task;

/// Rule and reason if a user tries to raise their own access.
const SELF: (&str, &str) = (
    "project.members.self",
    "users cannot raise their own role or permissions in a project: ask its owner or a lead",
);

/// Checks whether the caller may replace the membership `before` by `after`.
pub(super) async fn check(
    caller: &Caller<'_>,
    project: &Project,
    before: Option<&Member>,
    after: &Member,
) -> Result<()> {
    let is_owner = project.owner_subject == caller.subject();
    if after.subject == caller.subject() && !is_owner && adds(before, after) {
        return Err(caller.refuse_by(SELF, Action::ManageMembers, &project.object()));
    }
    let own = caller.memberships_with(project.id).await?;
    // The owner leads a project, even if removed from the list of members.
    let holder = if is_owner {
        with(caller, own.clone(), project.id, Role::Lead, &[])
    } else {
        caller.with(&own)
    };
    // The access that the membership alone would give the caller: any access it adds to the
    // caller's own would be given without having it. Access that the member already has is not
    // checked.
    let alone = |member: &Member| {
        let mut others = own.clone();
        part(&mut others, project.id);
        with(caller, others, project.id, member.role, &member.permissions)
    };
    let (had, has) = (before.map(alone), alone(after));
    let allows = |principal: &PolicyPrincipal, (action, object): &(Action, Object)| {
        caller
            .policies
            .decide(principal, *action, object, &caller.situation)
    };
    for ask in &checked_actions(project, caller.subject()) {
        let is_given =
            allows(&has, ask).allowed && had.as_ref().is_none_or(|had| !allows(had, ask).allowed);
        if is_given {
            let decision = allows(&holder, ask);
            if !decision.allowed {
                return Err(caller.refuse(ask.0, &ask.1, &decision));
            }
        }
    }
    Ok(())
}

/// Returns true if `after` adds or changes access compared with `before`.
fn adds(before: Option<&Member>, after: &Member) -> bool {
    before.is_none_or(|before| {
        let mut permissions = after.permissions.iter();
        (after.role != before.role && after.role != Role::Member)
            || permissions.any(|permission: &Permission| !before.permissions.contains(permission))
    })
}

/// Returns the checked actions: on the project, on another user's task in it, and adding a task.
fn checked_actions(project: &Project, subject: &str) -> Vec<(Action, Object)> {
    let on_project = [
        Action::Read,
        Action::Update,
        Action::Delete,
        Action::ManageMembers,
        Action::ReadBudget,
        Action::ReadNotes,
        Action::ReadMembers,
        Action::ReadContact,
        Action::LowerConfidentiality,
    ]
    .map(|action| (action, project.object()));
    let on_tasks = [
        Action::Read,
        Action::Update,
        Action::Delete,
        Action::MoveOut,
        Action::Share,
    ]
    .map(|action| (action, task_in(project, "")));
    let adding = (Action::Create, task_in(project, subject));
    on_project
        .into_iter()
        .chain(on_tasks)
        .chain([adding])
        .collect()
}

/// Returns a task of this user in the project as policies see it.
pub(super) fn task_in(project: &Project, owner: &str) -> Object {
    let task = Task {
        owner_subject: owner.to_owned(),
        org: project.org.clone(),
        project_id: Some(project.id),
        ..Task::default()
    };
    task.object(Some(&project.object()))
}

/// Returns the caller with these memberships and this one.
fn with(
    caller: &Caller<'_>,
    mut memberships: Memberships,
    project: Uuid,
    role: Role,
    permissions: &[Permission],
) -> PolicyPrincipal {
    join(&mut memberships, project, role, permissions.iter().copied());
    caller.with(&memberships)
}
