//! The query string of a list of tasks: filters, ordering, page.

use std::fmt::Write as _;

use doorward_access::Principal;
use doorward_access::rbac::decide;
use doorward_protocol::params::Params;
use time::Date;
use uuid::Uuid;

use super::model::{Priority, Status};
use super::permissions::{Action, Reach};
use crate::cursor::{CursorKey, Position};
use crate::decisions::{Missing, Record};
use crate::list_params::{Ordering, Reader};
use crate::problem::{FieldError, Problem};
use crate::request::parse_id;

/// Longest search text in characters.
const MAX_SEARCH: usize = 200;
/// Longest owner in bytes.
const MAX_OWNER: usize = 255;

const KNOWN: [&str; 12] = [
    "assignee",
    "cursor",
    "department",
    "due_after",
    "due_before",
    "limit",
    "ordering",
    "owner",
    "priority",
    "project",
    "search",
    "status",
];

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Created,
    Updated,
    Due,
    Priority,
    Title,
}

/// The words that lists are sorted by.
const KEYS: [(&str, Key); 5] = [
    ("created_at", Key::Created),
    ("updated_at", Key::Updated),
    ("due_date", Key::Due),
    ("priority", Key::Priority),
    ("title", Key::Title),
];

/// Which tasks are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// The tenant.
    pub org: String,
    pub reach: Reach,
    pub owner: Option<String>,
    pub assignee: Option<String>,
    pub department: Option<String>,
    pub project: Option<Uuid>,
    pub status: Vec<Status>,
    pub priority: Vec<Priority>,
    /// Due on this day or before.
    pub due_before: Option<Date>,
    /// Due on this day or after.
    pub due_after: Option<Date>,
    /// Contained in title or description, upper and lower case alike.
    pub search: Option<String>,
}

/// A whole list request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListQuery {
    pub filter: Filter,
    pub ordering: Ordering<Key>,
    pub limit: u8,
    pub after: Option<Position>,
}

impl ListQuery {
    pub(super) fn parse(
        query: &str,
        principal: &Principal,
        cursors: &CursorKey,
    ) -> Result<Self, Problem> {
        let params = Params::parse(query.as_bytes())
            .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
        let mut reader = Reader::new(&params, &KNOWN);
        let project = reader.one("project").map(|text| {
            // What is not written as an id names no project; it is not an error to look for it.
            parse_id(text).unwrap_or_default()
        });
        let filter = Filter {
            org: principal.org.clone().unwrap_or_default(),
            reach: Reach::of(principal, Action::Read),
            project,
            assignee: reader.text("assignee", MAX_OWNER),
            department: reader.text("department", MAX_OWNER),
            owner: reader.text("owner", MAX_OWNER),
            status: reader.words("status", Status::parse),
            priority: reader.words("priority", Priority::parse),
            due_before: reader.date("due_before"),
            due_after: reader.date("due_after"),
            search: reader.text("search", MAX_SEARCH),
        };
        let ordering = reader.ordering(&KEYS, Key::Created);
        let limit = reader.limit();
        let cursor = reader.one("cursor").map(str::to_owned);
        let mut errors = reader.errors;
        let mut query = Self {
            filter,
            ordering,
            limit,
            after: None,
        };
        if let Some(cursor) = cursor {
            query.after = cursors.open(&cursor, &query.context());
            if query.after.is_none() {
                let detail = "This cursor does not belong to this list. Start without one.";
                errors.push(FieldError::parameter("cursor", "invalid", detail));
            }
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        query.check_owner(principal)?;
        Ok(query)
    }

    /// Everything that decides which rows come in which order: a cursor is good for this only.
    pub(super) fn context(&self) -> String {
        let mut text = format!("tasks/2 {:?}", self.ordering);
        // Debug output quotes strings, so that no value can pose as another field.
        let _ = write!(text, " {:?}", self.filter);
        text
    }

    /// Asking for somebody else's tasks needs `tasks:read_all`, whether there are any or not.
    fn check_owner(&self, principal: &Principal) -> Result<(), Problem> {
        match (&self.filter.reach, &self.filter.owner) {
            (Reach::Own(subject), Some(owner)) if subject != owner => {
                let wanted = Action::Read.on_all();
                let reasons = decide(principal, &wanted).reasons;
                let missing: Vec<Missing> = reasons.into_iter().map(Into::into).collect();
                let record = Record::of_route(principal, wanted.permission, &missing);
                Err(Problem::forbidden(missing, record))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
