//! What a membership gives, and who may give it: nobody gives more than they hold, and nobody
//! makes themselves more than they are. What that is, the rules in force say.

use uuid::Uuid;

use super::members::{self, join, part};
use super::model::{Member, Permission, Project, Role};
use crate::caller::Caller;
use crate::policy::facts::Attributes;
use crate::policy::principal::Memberships;
use crate::policy::{Action, Kind, Object, PolicyPrincipal, Value};
use crate::problem::Problem;
use crate::state::State;
use crate::tasks::model::{Priority, Status};

/// Why nobody lifts themselves.
const SELF: (&str, &str) = (
    "project.members.self",
    "nobody makes themselves more than they are in a project: ask its owner, or somebody who leads it",
);

/// Whether the caller may make `after` of `before`, who may be nobody yet.
pub(super) async fn check(
    state: &State,
    caller: &Caller,
    project: &Project,
    before: Option<&Member>,
    after: &Member,
) -> Result<(), Problem> {
    let is_owner = project.owner_subject == caller.person.subject;
    if after.subject == caller.person.subject && !is_owner && adds(before, after) {
        return Err(caller.refuse_by(SELF, Action::ManageMembers, &project.object()));
    }
    let own = members::memberships(&state.db, caller.org(), &caller.person.subject).await?;
    let asks = asks(project, &caller.person.subject);
    // A project is its owner's to lead, whoever was taken off its list.
    let holder = if is_owner {
        with(caller, own.clone(), project.id, Role::Lead, &[])
    } else {
        PolicyPrincipal::new(&caller.principal, &own)
    };
    // What a membership would be worth to the caller alone: what it adds to what they hold, they
    // would give without having it. What somebody has already is not given to them.
    let alone = |member: &Member| {
        let mut others = own.clone();
        part(&mut others, project.id);
        with(caller, others, project.id, member.role, &member.permissions)
    };
    let (had, has) = (before.map(alone), alone(after));
    let allows = |person: &PolicyPrincipal, (action, object): &(Action, Object)| {
        let policies = &state.policies;
        policies.decide(person, *action, object, &caller.situation)
    };
    for ask in &asks {
        let gives = allows(&has, ask).allowed;
        if !gives || had.as_ref().is_some_and(|had| allows(had, ask).allowed) {
            continue;
        }
        let verdict = allows(&holder, ask);
        if !verdict.allowed {
            return Err(caller.refuse(ask.0, &ask.1, &verdict));
        }
    }
    Ok(())
}

/// Whether `after` is more, or something else, than `before`.
fn adds(before: Option<&Member>, after: &Member) -> bool {
    before.is_none_or(|before| {
        let mut permissions = after.permissions.iter();
        (after.role != before.role && after.role != Role::Member)
            || permissions.any(|one: &Permission| !before.permissions.contains(one))
    })
}

/// What can be held in a project: on itself, on somebody else's task in it, and to add one.
fn asks(project: &Project, subject: &str) -> Vec<(Action, Object)> {
    let on_project = [
        Action::Read,
        Action::Update,
        Action::Delete,
        Action::ManageMembers,
        Action::ReadBudget,
        Action::ReadNotes,
        Action::ReadContact,
        Action::LowerConfidentiality,
    ];
    let on_tasks = [
        Action::Read,
        Action::Update,
        Action::Delete,
        Action::MoveOut,
    ];
    let on_project = on_project.map(|action| (action, project.object()));
    let on_tasks = on_tasks.map(|action| (action, task_in(project, "")));
    let adding = (Action::Create, task_in(project, subject));
    on_project
        .into_iter()
        .chain(on_tasks)
        .chain([adding])
        .collect()
}

fn task_in(project: &Project, owner: &str) -> Object {
    let facts = Attributes::from([
        ("owner", Value::person(owner)),
        ("org", Value::text(&project.org)),
        ("status", Value::text(Status::default().as_str())),
        ("priority", Value::Long(Priority::default().rank().into())),
        (
            "project",
            Value::Entity(Kind::Project, project.id.to_string()),
        ),
    ]);
    let mut task = Object::new(Kind::Task, Uuid::nil(), facts);
    task.related.push(project.object());
    task
}

/// The caller with these memberships and this one.
fn with(
    caller: &Caller,
    mut memberships: Memberships,
    project: Uuid,
    role: Role,
    permissions: &[Permission],
) -> PolicyPrincipal {
    join(&mut memberships, project, role, permissions.iter().copied());
    PolicyPrincipal::new(&caller.principal, &memberships)
}
