//! The parameters in the query string of a list.

use std::borrow::Cow;

use doorward_http_common::problem::FieldError;
use doorward_protocol::params::Params;
use time::Date;

use crate::cursor::{CursorKey, Position};
use crate::date_time::parse_date;
use crate::problem::{Problem, Result};

const DEFAULT_LIMIT: u8 = 50;
const MAX_LIMIT: u8 = 200;

pub(crate) fn parameters(query: &str) -> Result<Params> {
    Params::parse(query.as_bytes())
        .map_err(|problem| Problem::malformed(problem.description.into_owned()))
}

/// Returns true for a parameter that selects no rows, but their order and page.
pub(crate) fn is_paging(name: &str) -> bool {
    matches!(name, "cursor" | "limit" | "ordering")
}

/// Returns true if a query has no filters, but only an order and a page.
pub(crate) fn is_unfiltered(params: &Params) -> bool {
    params.iter().all(|(name, _)| is_paging(name))
}

pub(crate) struct Reader<'a> {
    params: &'a Params,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new<'k>(params: &'a Params, known: impl IntoIterator<Item = &'k str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let mut errors = Vec::new();
        for (name, _) in params.iter() {
            if !known.contains(&name) {
                let detail = format!("Known parameters: {}.", known.join(", "));
                errors.push(FieldError::parameter(name, "unknown", detail));
            }
        }
        Self { params, errors }
    }

    pub(crate) fn finish(self) -> Result<()> {
        Problem::check(self.errors)
    }

    fn refuse(&mut self, name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) {
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

    /// Reads words with commas between them.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values: Option<Vec<T>> = self.optional(name)?.split(',').map(parse).collect();
        if values.is_none() {
            self.refuse(name, "invalid", "One or more of its words, with commas.");
        }
        values
    }

    pub(crate) fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.optional(name)?;
        let date = parse_date(text);
        if date.is_none() {
            self.refuse(name, "invalid", "Write a date as YYYY-MM-DD.");
        }
        date
    }

    /// Reads one of the sort keys, with `-` in front for descending order; the first one, descending,
    /// by default.
    pub(crate) fn ordering<K>(
        &mut self,
        keys: &'static [(&'static str, K)],
    ) -> (&'static (&'static str, K), bool) {
        let text = self.optional("ordering").unwrap_or("-created_at");
        let (descending, name) = text
            .strip_prefix('-')
            .map_or((false, text), |name| (true, name));
        let known = keys.iter().find(|(key, _)| *key == name);
        let key = known.unwrap_or_else(|| {
            let names: Vec<_> = keys.iter().map(|(name, _)| *name).collect();
            let detail = format!("{}, with - in front for the reverse.", names.join(", "));
            self.refuse("ordering", "invalid", detail);
            &keys[0]
        });
        (key, descending)
    }

    pub(crate) fn cursor(&mut self, cursors: &CursorKey, context: &str) -> Option<Position> {
        let position = cursors.open(self.optional("cursor")?, context);
        if position.is_none() {
            let detail = "This cursor does not belong to this list. Start without one.";
            self.refuse("cursor", "invalid", detail);
        }
        position
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
            let detail = format!("A number from 1 to {MAX_LIMIT}.");
            self.refuse("limit", "invalid", detail);
            DEFAULT_LIMIT
        })
    }
}
