//! The query string of a list of projects: filters, ordering, page.

use doorward_access::Principal;
use doorward_protocol::params::Params;

use super::model::Confidentiality;
use crate::cursor::{CursorKey, Position};
use crate::list_params::{Ordering, Reader};
use crate::problem::{FieldError, Problem};

/// Longest search text in characters.
const MAX_SEARCH: usize = 200;
/// Longest owner or department in bytes.
const MAX_NAME: usize = 255;

const KNOWN: [&str; 7] = [
    "confidentiality",
    "cursor",
    "department",
    "limit",
    "ordering",
    "owner",
    "search",
];

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Created,
    Updated,
    Name,
}

const KEYS: [(&str, Key); 3] = [
    ("created_at", Key::Created),
    ("updated_at", Key::Updated),
    ("name", Key::Name),
];

/// Which projects are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// The tenant.
    pub org: String,
    /// Who asks: somebody else sees other projects.
    pub subject: String,
    pub owner: Option<String>,
    pub department: Option<String>,
    pub confidentiality: Vec<Confidentiality>,
    /// Contained in the name, upper and lower case alike.
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
        let filter = Filter {
            org: principal.org.clone().unwrap_or_default(),
            subject: principal.subject.clone(),
            owner: reader.text("owner", MAX_NAME),
            department: reader.text("department", MAX_NAME),
            confidentiality: reader.words("confidentiality", Confidentiality::parse),
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
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(Problem::invalid(errors))
        }
    }

    /// Everything that decides which rows come in which order: a cursor is good for this only.
    pub(super) fn context(&self) -> String {
        // Debug output quotes strings, so that no value can pose as another field.
        format!("projects/1 {:?} {:?}", self.ordering, self.filter)
    }
}
