//! Drift: what differs from the files, the audit event of the change, and the commands that take it back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use doorward_admin::kinds::Step;
use doorward_admin::prelude::*;
use doorward_console_ui::equivalent;
use doorward_services::view::time;
use doorward_store::repo::audit::AuditFilter;

use crate::plan::{Action, Change, Plan, Problem, is_apply};
use crate::state::{Objects, State, named_kinds};

/// Number of events about an object among which the last change is searched.
const EVENTS: u64 = 20;

/// An object that differs, with the last change that no apply has made.
#[derive(Debug)]
pub struct Drifted {
    pub change: Change,
    pub event: Option<AuditEvent>,
    /// Name of the user who made it, for callers who may read users.
    pub name: Option<String>,
}

impl Drifted {
    /// Returns the author of the change: a user, a client, or the command line with its user of the operating system.
    fn author(&self, event: &AuditEvent) -> String {
        let operator = event.detail.get("operator").and_then(Value::as_str);
        match (self.name.as_ref().or(event.actor.as_ref()), operator) {
            (Some(name), _) => name.clone(),
            (None, Some(operator)) => format!("the command line ({operator})"),
            (None, None) => "the command line".to_owned(),
        }
    }

    /// Returns the commands that make the object match its description, or calls where the arguments of a command
    /// are not the members of the call.
    pub fn commands(&self) -> Vec<String> {
        let text = |step: &Step| {
            if step.entry.names_members() {
                return equivalent::command(&step.entry.command_with(&step.body, None));
            }
            let (method, path) = (step.entry.call().method, step.entry.path_with(&step.body));
            let body = step.entry.body_with(&step.body);
            let body = body.map(|body| format!(" {body}")).unwrap_or_default();
            format!("{method} /api/admin/{path}{body}")
        };
        self.change.steps.iter().map(text).collect()
    }
}

/// Finds the objects that differ from these. Reads events only for callers who may read the audit log.
pub async fn find(
    context: &AdminContext<'_>,
    objects: &Objects,
) -> Result<(Vec<Drifted>, Vec<Problem>)> {
    let kinds = named_kinds(objects.keys().map(String::as_str))?;
    let state = State::read(context, kinds.clone()).await?;
    let plan = Plan::make(context, objects, kinds, &state).await?;
    let mut found = Vec::new();
    for change in plan.changes {
        let object = state.find(change.kind, &change.key);
        let subject = object.map_or(&change.key, |object| &object.subject).clone();
        let event = last_change(context, &change, subject).await?;
        found.push(Drifted {
            change,
            event,
            name: None,
        });
    }
    add_names(context, &mut found).await?;
    Ok((found, plan.problems))
}

async fn add_names(context: &AdminContext<'_>, found: &mut [Drifted]) -> Result<()> {
    if context.require_global("users:read").is_err() {
        return Ok(());
    }
    let actor = |drifted: &Drifted| UserId::parse(drifted.event.as_ref()?.actor.as_ref()?);
    let actors: BTreeSet<UserId> = found.iter().filter_map(actor).collect();
    let users = repo::users::find_many(context.db.read(), actors).await?;
    for drifted in found {
        let id = actor(drifted);
        let user = users.iter().find(|user| Some(user.id) == id);
        drifted.name = user.map(|user| user.login_identifier().to_owned());
    }
    Ok(())
}

async fn last_change(
    context: &AdminContext<'_>,
    change: &Change,
    subject: String,
) -> Result<Option<AuditEvent>> {
    if context.require_global("audit:read").is_err() {
        return Ok(None);
    }
    let filter = AuditFilter {
        kinds: vec![change.kind.audit],
        subject: Some(subject),
        ..AuditFilter::default()
    };
    let events = repo::audit::newest(context.db.read(), &filter, None, EVENTS).await?;
    let is_by_hand = |event: &AuditEvent| {
        let source = event.detail.get("source").and_then(Value::as_str);
        !is_apply(source)
    };
    Ok(events.into_iter().find(is_by_hand))
}

/// Returns the differences as text.
pub fn text(found: &[Drifted], problems: &[Problem]) -> String {
    if found.is_empty() && problems.is_empty() {
        return "Nothing differs.\n".to_owned();
    }
    let mut text = String::new();
    // Writing to a string cannot fail.
    for drifted in found {
        let change = &drifted.change;
        let done = match change.action {
            Action::Create => "was deleted",
            Action::Change => "was changed",
            Action::Delete => "was created",
        };
        let _ = write!(text, "{} {done}", change.title());
        if let Some(event) = &drifted.event {
            let by = drifted.author(event);
            let _ = write!(text, " by {by} at {}, event {}", time(event.at), event.id);
        }
        text.push('\n');
        let members = change
            .members
            .iter()
            .filter(|_| change.action == Action::Change);
        for (name, (stored, described)) in members {
            let _ = writeln!(text, "    {name}: {stored}, in the file {described}");
        }
        for command in drifted.commands() {
            let _ = writeln!(text, "    {command}");
        }
    }
    for problem in problems {
        let _ = writeln!(text, "! {}: {}", problem.title(), problem.text);
    }
    text
}
