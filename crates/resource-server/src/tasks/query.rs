//! The query string of a list of tasks: filters, order, page.

use doorward_access::Principal;
use doorward_access::rbac::decide;
use time::Date;
use uuid::Uuid;

use super::model::{Priority, Status};
use super::permissions::{Action, Reach};
use crate::decisions::{DecisionRecord, MissingRequirement};
use crate::list_params::{Filters, Reader};
use crate::problem::Problem;
use crate::request::parse_id;

/// Maximum length of a search text in characters.
const MAX_SEARCH: usize = 200;
/// Maximum length of an owner in bytes.
const MAX_OWNER: usize = 255;

/// The sort key of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Created,
    Updated,
    Due,
    Priority,
    Title,
}

/// The filter of a list of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// Organization.
    pub org: String,
    pub reach: Reach,
    pub owner: Option<String>,
    pub assignee: Option<String>,
    pub department: Option<String>,
    pub project: Option<Uuid>,
    pub status: Vec<Status>,
    pub priority: Vec<Priority>,
    /// Latest due date, inclusive.
    pub due_before: Option<Date>,
    /// Earliest due date, inclusive.
    pub due_after: Option<Date>,
    /// Words in title or description.
    pub search: Option<String>,
}

/// A list of tasks.
pub(super) type ListQuery = crate::list_params::ListQuery<Filter>;

impl Filters for Filter {
    type Key = Key;

    const KNOWN: &'static [&'static str] = &[
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
    const KEYS: &'static [(&'static str, Key)] = &[
        ("created_at", Key::Created),
        ("updated_at", Key::Updated),
        ("due_date", Key::Due),
        ("priority", Key::Priority),
        ("title", Key::Title),
    ];
    const CREATED: Key = Key::Created;
    const CURSORS: &'static str = "tasks/3";

    fn read(reader: &mut Reader<'_>, principal: &Principal) -> Self {
        let project = reader.optional("project").map(|text| {
            // A text that is not an ID matches no project; searching for it is not an error.
            parse_id(text).unwrap_or_default()
        });
        Self {
            org: principal.org.clone().unwrap_or_default(),
            reach: Reach::for_action(principal, Action::Read),
            project,
            assignee: reader.text("assignee", MAX_OWNER),
            department: reader.text("department", MAX_OWNER),
            owner: reader.text("owner", MAX_OWNER),
            status: reader.list("status", Status::parse),
            priority: reader.list("priority", Priority::parse),
            due_before: reader.date("due_before"),
            due_after: reader.date("due_after"),
            search: reader.text("search", MAX_SEARCH),
        }
    }

    /// Requires `tasks:read_all` for another user's tasks, whether any exist or not.
    fn check(&self, principal: &Principal) -> Result<(), Problem> {
        match (&self.reach, &self.owner) {
            (Reach::Own(subject), Some(owner)) if subject != owner => {
                let requested = Action::Read.on_all();
                let reasons = decide(principal, &requested).reasons;
                let missing: Vec<MissingRequirement> =
                    reasons.into_iter().map(Into::into).collect();
                let record = DecisionRecord::of_route(principal, requested.permission, &missing);
                Err(Problem::forbidden(missing, record))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
