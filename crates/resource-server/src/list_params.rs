//! The query string of a list. Unknown, repeated and malformed parameters are rejected, because a
//! silently ignored filter returns too many rows.

use std::borrow::Cow;
use std::fmt::Debug;

use doorward_access::Principal;
use doorward_http_common::problem::FieldError;
use doorward_protocol::params::Params;
use time::Date;

use crate::cursor::{CursorKey, Position};
use crate::problem::Problem;
use crate::tasks::model::parse_date;

/// Default number of items per page.
const DEFAULT_LIMIT: u8 = 50;
/// Maximum number of items per page.
const MAX_LIMIT: u8 = 200;

/// The filters of one kind of object: the query parameters except order and page.
pub(crate) trait Filters: Debug + Sized {
    /// Sort key of a list.
    type Key: Copy + Debug + PartialEq + 'static;
    /// Names of all parameters.
    const KNOWN: &'static [&'static str];
    /// Names of the sort keys.
    const KEYS: &'static [(&'static str, Self::Key)];
    /// Sort key of `created_at`.
    const CREATED: Self::Key;
    /// Scope of cursors, with a number that changes with their meaning.
    const CURSORS: &'static str;

    /// Reads the filters of this principal's request.
    fn read(reader: &mut Reader<'_>, principal: &Principal) -> Self;

    /// Checks whether the principal may use the filters.
    fn check(&self, _principal: &Principal) -> Result<(), Problem> {
        Ok(())
    }
}

/// A whole list request.
#[derive(Debug)]
pub(crate) struct ListQuery<F: Filters> {
    pub filter: F,
    pub ordering: Ordering<F::Key>,
    pub limit: u8,
    pub after: Option<Position>,
    /// Set for the newest objects without filters, which every index of a rule serves.
    pub is_plain: bool,
}

impl<F: Filters> ListQuery<F> {
    pub(crate) fn parse(
        query: &str,
        principal: &Principal,
        cursors: &CursorKey,
    ) -> Result<Self, Problem> {
        let params = Params::parse(query.as_bytes())
            .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
        let mut reader = Reader::new(&params, F::KNOWN);
        let is_unfiltered = is_unfiltered(&params);
        let filter = F::read(&mut reader, principal);
        let ordering = reader.ordering(F::KEYS, F::CREATED);
        let limit = reader.limit();
        let cursor = reader.optional("cursor").map(str::to_owned);
        let mut errors = reader.errors;
        let mut query = Self {
            is_plain: is_unfiltered && ordering.key == F::CREATED,
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
        query.filter.check(principal)?;
        Ok(query)
    }

    /// Returns everything that determines the rows and their order: a cursor is valid only for this
    /// context.
    pub(crate) fn context(&self) -> String {
        // Debug output quotes strings, so that no value can imitate another field.
        format!("{} {:?} {:?}", F::CURSORS, self.ordering, self.filter)
    }
}

/// Returns true if a query has no filters, but only an order and a page.
pub(crate) fn is_unfiltered(params: &Params) -> bool {
    let mut names = params.iter().map(|(name, _)| name);
    names.all(|name| matches!(name, "cursor" | "limit" | "ordering"))
}

/// A sort key with its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ordering<K> {
    pub key: K,
    pub descending: bool,
}

/// A reader of parameters that collects their errors.
pub(crate) struct Reader<'a> {
    params: &'a Params,
    pub errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(params: &'a Params, known: &[&str]) -> Self {
        let mut errors = Vec::new();
        for (name, _) in params.iter() {
            if !known.contains(&name) {
                let detail = format!("Known parameters: {}.", known.join(", "));
                errors.push(FieldError::parameter(name, "unknown", detail));
            }
        }
        Self { params, errors }
    }

    pub(crate) fn refuse(
        &mut self,
        name: &str,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.errors.push(FieldError::parameter(name, code, detail));
    }

    pub(crate) fn optional(&mut self, name: &str) -> Option<&'a str> {
        self.params.optional(name).unwrap_or_else(|_| {
            self.refuse(name, "repeated", "Give it once.");
            None
        })
    }

    pub(crate) fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.optional(name)?;
        if text.chars().count() > longest {
            let detail = format!("At most {longest} characters.");
            self.refuse(name, "too_long", detail);
        }
        Some(text.to_owned())
    }

    pub(crate) fn list<T: Copy>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
        let Some(text) = self.optional(name) else {
            return Vec::new();
        };
        let found: Option<Vec<T>> = text.split(',').map(parse).collect();
        found.unwrap_or_else(|| {
            self.refuse(name, "invalid", "One or more of its words, with commas.");
            Vec::new()
        })
    }

    pub(crate) fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.optional(name)?;
        let date = parse_date(text);
        if date.is_none() {
            self.refuse(name, "invalid", "Write a date as YYYY-MM-DD.");
        }
        date
    }

    /// Reads the sort key, with `-` in front for descending order; newest first by default.
    pub(crate) fn ordering<K: Copy>(&mut self, keys: &[(&str, K)], default: K) -> Ordering<K> {
        let text = self.optional("ordering").unwrap_or("-created_at");
        let (descending, name) = text
            .strip_prefix('-')
            .map_or((false, text), |name| (true, name));
        let found = keys.iter().find(|(known, _)| *known == name);
        let key = found.map_or_else(
            || {
                let names: Vec<_> = keys.iter().map(|(name, _)| *name).collect();
                let detail = format!("{}, with - in front for the reverse.", names.join(", "));
                self.refuse("ordering", "invalid", detail);
                default
            },
            |(_, key)| *key,
        );
        Ordering { key, descending }
    }

    pub(crate) fn limit(&mut self) -> u8 {
        let Some(text) = self.optional("limit") else {
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
}
