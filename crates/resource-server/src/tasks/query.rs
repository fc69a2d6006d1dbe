//! The query string of a list: filters, ordering, page. Unknown, repeated and malformed
//! parameters are refused, because a filter that is silently ignored shows too much.

use std::fmt::Write as _;

use doorward_access::Principal;
use doorward_access::rbac::decide;
use doorward_protocol::params::Params;
use time::Date;
use uuid::Uuid;

use super::cursor::CursorKey;
use super::model::{Priority, Status, parse_date};
use super::permissions::{Action, Reach};
use crate::problem::{FieldError, Problem};

/// Items per page when the caller does not say.
const DEFAULT_LIMIT: u8 = 50;
/// Most items per page.
const MAX_LIMIT: u8 = 200;
/// Longest search text in characters.
const MAX_SEARCH: usize = 200;
/// Longest owner in bytes.
const MAX_OWNER: usize = 255;

const KNOWN: [&str; 9] = [
    "cursor",
    "due_after",
    "due_before",
    "limit",
    "ordering",
    "owner",
    "priority",
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

/// A sort key with its direction; `-created_at` by default, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ordering {
    pub key: Key,
    pub descending: bool,
}

/// The sort key and id of the last item of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Position {
    Number(i64, Uuid),
    Text(String, Uuid),
}

/// Which tasks are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub reach: Reach,
    pub owner: Option<String>,
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
    pub ordering: Ordering,
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
        let mut reader = Reader::new(&params);
        let filter = Filter {
            reach: Reach::of(principal, Action::Read),
            owner: reader.text("owner", MAX_OWNER),
            status: reader.words("status", Status::parse),
            priority: reader.words("priority", Priority::parse),
            due_before: reader.date("due_before"),
            due_after: reader.date("due_after"),
            search: reader.text("search", MAX_SEARCH),
        };
        let ordering = reader.ordering();
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
        let mut text = format!("tasks/1 {:?}", self.ordering);
        // Debug output quotes strings, so that no value can pose as another field.
        let _ = write!(text, " {:?}", self.filter);
        text
    }

    /// Asking for somebody else's tasks needs `tasks:read_all`, whether there are any or not.
    fn check_owner(&self, principal: &Principal) -> Result<(), Problem> {
        match (&self.filter.reach, &self.filter.owner) {
            (Reach::Own(subject), Some(owner)) if subject != owner => {
                let reasons = decide(principal, &Action::Read.on_all()).reasons;
                Err(Problem::forbidden(reasons))
            }
            _ => Ok(()),
        }
    }
}

struct Reader<'a> {
    params: &'a Params,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    fn new(params: &'a Params) -> Self {
        let mut errors = Vec::new();
        for (name, _) in params.iter() {
            if !KNOWN.contains(&name) {
                let detail = format!("Known parameters: {}.", KNOWN.join(", "));
                errors.push(FieldError::parameter(name, "unknown", detail));
            }
        }
        Self { params, errors }
    }

    fn refuse(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError::parameter(name, code, detail));
    }

    fn one(&mut self, name: &str) -> Option<&'a str> {
        self.params.one(name).unwrap_or_else(|_| {
            self.refuse(name, "repeated", "Give it once.");
            None
        })
    }

    fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.one(name)?;
        if text.chars().count() > longest {
            let detail = format!("At most {longest} characters.");
            self.refuse(name, "too_long", detail);
        }
        Some(text.to_owned())
    }

    fn words<T: Copy>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
        let Some(text) = self.one(name) else {
            return Vec::new();
        };
        let found: Option<Vec<T>> = text.split(',').map(parse).collect();
        found.unwrap_or_else(|| {
            self.refuse(name, "invalid", "One or more of its words, with commas.");
            Vec::new()
        })
    }

    fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.one(name)?;
        let date = parse_date(text);
        if date.is_none() {
            self.refuse(name, "invalid", "Write a date as YYYY-MM-DD.");
        }
        date
    }

    fn limit(&mut self) -> u8 {
        let Some(text) = self.one("limit") else {
            return DEFAULT_LIMIT;
        };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = text
            .parse()
            .ok()
            .filter(|limit| digits && (1..=MAX_LIMIT).contains(limit));
        limit.unwrap_or_else(|| {
            self.refuse(
                "limit",
                "invalid",
                format!("A number from 1 to {MAX_LIMIT}."),
            );
            DEFAULT_LIMIT
        })
    }

    fn ordering(&mut self) -> Ordering {
        let text = self.one("ordering").unwrap_or("-created_at");
        let (descending, name) = text
            .strip_prefix('-')
            .map_or((false, text), |name| (true, name));
        let key = match name {
            "created_at" => Key::Created,
            "updated_at" => Key::Updated,
            "due_date" => Key::Due,
            "priority" => Key::Priority,
            "title" => Key::Title,
            _ => {
                let detail = "created_at, updated_at, due_date, priority or title, with - in \
                              front for the reverse.";
                self.refuse("ordering", "invalid", detail);
                Key::Created
            }
        };
        Ordering { key, descending }
    }
}

#[cfg(test)]
mod tests;
