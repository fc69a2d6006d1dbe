//! The query string of a list. Unknown, repeated and malformed parameters are refused, because a
//! filter that is silently ignored shows too much.

use doorward_protocol::params::Params;
use time::Date;

use crate::problem::FieldError;
use crate::tasks::model::parse_date;

/// Items per page when the caller does not say.
const DEFAULT_LIMIT: u8 = 50;
/// Most items per page.
const MAX_LIMIT: u8 = 200;

/// A sort key with its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ordering<K> {
    pub key: K,
    pub descending: bool,
}

/// Reads parameters and collects what is wrong with them.
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

    pub(crate) fn refuse(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError::parameter(name, code, detail));
    }

    pub(crate) fn one(&mut self, name: &str) -> Option<&'a str> {
        self.params.one(name).unwrap_or_else(|_| {
            self.refuse(name, "repeated", "Give it once.");
            None
        })
    }

    pub(crate) fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.one(name)?;
        if text.chars().count() > longest {
            let detail = format!("At most {longest} characters.");
            self.refuse(name, "too_long", detail);
        }
        Some(text.to_owned())
    }

    pub(crate) fn words<T: Copy>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
        let Some(text) = self.one(name) else {
            return Vec::new();
        };
        let found: Option<Vec<T>> = text.split(',').map(parse).collect();
        found.unwrap_or_else(|| {
            self.refuse(name, "invalid", "One or more of its words, with commas.");
            Vec::new()
        })
    }

    pub(crate) fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.one(name)?;
        let date = parse_date(text);
        if date.is_none() {
            self.refuse(name, "invalid", "Write a date as YYYY-MM-DD.");
        }
        date
    }

    /// The sort key, `-` in front for the reverse; the newest first by default.
    pub(crate) fn ordering<K: Copy>(&mut self, keys: &[(&str, K)], default: K) -> Ordering<K> {
        let text = self.one("ordering").unwrap_or("-created_at");
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
}
