//! The JSON body of a task, read strictly: one object, known members once each, right types.
//! All field errors are reported together.

use doorward_protocol::strict_json;
use serde_json::{Map, Value};
use time::Date;
use uuid::Uuid;

use super::model::{Change, Draft, MAX_DESCRIPTION, MAX_TITLE, Priority, Status, parse_date};
use crate::problem::{FieldError, Problem};
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
/// Longest subject or department in bytes.
const MAX_NAME: usize = 255;
const READ_ONLY: [&str; 5] = ["id", "owner_subject", "org", "created_at", "updated_at"];

/// Reads a new task, or the whole of a task to be replaced: `title` is required, what else is
/// missing gets its default.
pub(super) fn parse_draft(body: &[u8]) -> Result<Draft, Problem> {
    let mut fields = Fields::parse(body)?;
    if !fields.members.contains_key("title") {
        fields.refuse("title", "required", "A task needs a title.");
    }
    let change = fields.into_change()?;
    Ok(Draft {
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

/// Reads a partial update (RFC 7396): `null` clears `due_date`, and nothing else can be null.
pub(super) fn parse_change(body: &[u8]) -> Result<Change, Problem> {
    Fields::parse(body)?.into_change()
}

struct Fields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    fn parse(body: &[u8]) -> Result<Self, Problem> {
        let members = strict_json::parse_object(body).map_err(|_| {
            Problem::malformed("The body must be one JSON object in UTF-8, no member twice.")
        })?;
        let mut errors = Vec::new();
        for name in members.keys() {
            if READ_ONLY.contains(&name.as_str()) {
                errors.push(FieldError::member(name, "read_only", "Leave it out."));
            } else if !KNOWN.contains(&name.as_str()) {
                let detail = format!("Known fields: {}.", KNOWN.join(", "));
                errors.push(FieldError::member(name, "unknown", detail));
            }
        }
        Ok(Self { members, errors })
    }

    fn into_change(mut self) -> Result<Change, Problem> {
        let change = Change {
            title: self.title(),
            description: self.description(),
            status: self.word("status", Status::parse, &Status::ALL.map(Status::as_str)),
            priority: self.word(
                "priority",
                Priority::parse,
                &Priority::ALL.map(Priority::as_str),
            ),
            due_date: self.due_date(),
            project: self.project(),
            assignee: self.name("assignee"),
            department: self.name("department"),
        };
        if self.errors.is_empty() {
            Ok(change)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }

    fn refuse(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError::member(field, code, detail));
    }

    fn string(&mut self, field: &str) -> Option<String> {
        if let Value::String(text) = self.members.remove(field)? {
            Some(text)
        } else {
            self.refuse(field, "wrong_type", "Write a string.");
            None
        }
    }

    fn title(&mut self) -> Option<String> {
        let title = self.string("title")?;
        if title.trim().is_empty() {
            self.refuse("title", "blank", "A task needs a title.");
        } else if title.chars().count() > MAX_TITLE {
            let detail = format!("At most {MAX_TITLE} characters.");
            self.refuse("title", "too_long", detail);
        }
        if title.chars().any(char::is_control) {
            self.refuse("title", "invalid_character", "No control characters.");
        }
        Some(title)
    }

    fn description(&mut self) -> Option<String> {
        let description = self.string("description")?;
        if description.chars().count() > MAX_DESCRIPTION {
            let detail = format!("At most {MAX_DESCRIPTION} characters.");
            self.refuse("description", "too_long", detail);
        }
        let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if description.chars().any(forbidden) {
            let detail = "No control characters but line breaks and tabs.";
            self.refuse("description", "invalid_character", detail);
        }
        Some(description)
    }

    fn word<T>(&mut self, field: &str, parse: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let text = self.string(field)?;
        let found = parse(&text);
        if found.is_none() {
            self.refuse(field, "invalid", format!("One of: {}.", words.join(", ")));
        }
        found
    }

    #[expect(
        clippy::option_option,
        reason = "absent, null and a date are three things"
    )]
    fn due_date(&mut self) -> Option<Option<Date>> {
        if self.members.get("due_date")? == &Value::Null {
            return Some(None);
        }
        let date = parse_date(&self.string("due_date")?);
        if date.is_none() {
            self.refuse("due_date", "invalid", "Write a date as YYYY-MM-DD.");
        }
        Some(date)
    }

    #[expect(
        clippy::option_option,
        reason = "absent, null and a project are three things"
    )]
    fn project(&mut self) -> Option<Option<Uuid>> {
        if self.members.get("project")? == &Value::Null {
            return Some(None);
        }
        let project = parse_id(&self.string("project")?);
        if project.is_none() {
            self.refuse("project", "invalid", "Write the id of a project.");
        }
        Some(project)
    }

    #[expect(
        clippy::option_option,
        reason = "absent, null and a name are three things"
    )]
    fn name(&mut self, field: &str) -> Option<Option<String>> {
        if self.members.get(field)? == &Value::Null {
            return Some(None);
        }
        let name = self.string(field)?;
        if name.is_empty() || name.len() > MAX_NAME {
            self.refuse(field, "invalid", format!("1 to {MAX_NAME} bytes, or null."));
        }
        if name.chars().any(char::is_control) {
            self.refuse(field, "invalid_character", "No control characters.");
        }
        Some(Some(name))
    }
}

#[cfg(test)]
mod tests;
