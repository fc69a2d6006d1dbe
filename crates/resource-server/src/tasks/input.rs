//! The JSON body of a task.

use super::model::{Change, MAX_DESCRIPTION, MAX_TITLE, Priority, Status, TaskInput, parse_date};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::request::parse_id;

const KNOWN: [&str; 8] = [
    "title",
    "description",
    "status",
    "priority",
    "due_date",
    "project",
    "assignee",
    "department",
];
const NEEDS_A_TITLE: &str = "A task needs a title.";
const READ_ONLY: [&str; 5] = ["id", "owner_subject", "org", "created_at", "updated_at"];

/// Parses a new task: `title` is required, other missing fields get their defaults.
pub(super) fn parse_draft(body: &[u8]) -> Result<TaskInput, Problem> {
    let change = parse_titled(body)?;
    Ok(TaskInput {
        title: change.title.unwrap_or_default(),
        description: change.description.unwrap_or_default(),
        status: change.status.unwrap_or_default(),
        priority: change.priority.unwrap_or_default(),
        due_date: change.due_date.flatten(),
        project: change.project.flatten(),
        assignee: change.assignee.flatten(),
        department: change.department.flatten(),
    })
}

/// Parses the body of a replacement. A missing `project` changes nothing, so that a task leaves its
/// project only explicitly.
pub(super) fn parse_whole(body: &[u8]) -> Result<Change, Problem> {
    let project = parse_titled(body)?.project;
    Ok(Change {
        project,
        ..parse_draft(body)?.into()
    })
}

fn parse_titled(body: &[u8]) -> Result<Change, Problem> {
    let mut fields = Fields::parse(body, &KNOWN, &READ_ONLY)?;
    fields.require("title", NEEDS_A_TITLE);
    change_of(fields)
}

/// Parses a partial update (RFC 7396): `null` clears `due_date`, and no other field can be null.
pub(super) fn parse_change(body: &[u8]) -> Result<Change, Problem> {
    change_of(Fields::parse(body, &KNOWN, &READ_ONLY)?)
}

fn change_of(mut fields: Fields) -> Result<Change, Problem> {
    let change = Change {
        title: fields.line("title", MAX_TITLE, NEEDS_A_TITLE),
        description: fields.text("description", MAX_DESCRIPTION),
        status: fields.one_of("status", Status::parse, &Status::ALL.map(Status::as_str)),
        priority: fields.one_of(
            "priority",
            Priority::parse,
            &Priority::ALL.map(Priority::as_str),
        ),
        due_date: fields.nullable("due_date", parse_date, "Write a date as YYYY-MM-DD."),
        project: fields.nullable("project", parse_id, "Write the id of a project."),
        assignee: fields.name("assignee"),
        department: fields.name("department"),
    };
    fields.finish(change)
}

#[cfg(test)]
mod tests;
