//! Drift: what differs from the files, the audit event of the change, and the commands that take it back.

use std::fmt::Write as _;

use doorward_admin::prelude::*;
use doorward_console_ui::equivalent;
use doorward_services::view::time;
use doorward_store::repo::audit::AuditFilter;

use crate::plan::{Action, Change, Plan, Problem};
use crate::run::SOURCE;
use crate::state::{Objects, State, named_kinds};

/// Number of events about an object among which the last change is searched.
const EVENTS: u64 = 20;

/// An object that differs, with the last change that no apply has made.
#[derive(Debug)]
pub struct Drifted {
    pub change: Change,
    pub event: Option<AuditEvent>,
}

impl Drifted {
    /// Returns the commands that make the object match its description.
    pub fn commands(&self) -> Vec<String> {
        let steps = self.change.steps.iter();
        steps
            .map(|step| equivalent::command(&step.entry.command_with(&step.body, None)))
            .collect()
    }
}

/// Finds the objects that differ from these. Reads events only for callers who may read the audit log.
pub async fn find(
    context: &AdminContext<'_>,
    objects: &Objects,
) -> Result<(Vec<Drifted>, Vec<Problem>)> {
    let kinds = named_kinds(objects.keys().map(String::as_str))?;
    let state = State::read(context, kinds).await?;
    let plan = Plan::make(context, objects, &state).await?;
    let mut found = Vec::new();
    for change in plan.changes {
        let object = state.find(change.kind, &change.key);
        let subject = object.map_or(&change.key, |object| &object.subject).clone();
        let event = last_change(context, &change, subject).await?;
        found.push(Drifted { change, event });
    }
    Ok((found, plan.problems))
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
        !source.is_some_and(|source| source.starts_with(SOURCE))
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
        let _ = write!(text, "{}/{} {done}", change.kind.name, change.key);
        if let Some(event) = &drifted.event {
            let by = event.actor.as_deref().unwrap_or("the command line");
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
        let _ = writeln!(text, "! {}/{}: {}", problem.kind, problem.key, problem.text);
    }
    text
}
