//! Strict parsing of a JSON body: one object, known members once each, correct types. All field
//! errors are reported together.

use std::borrow::Cow;
use std::collections::BTreeSet;

use doorward_http_common::problem::FieldError;
use doorward_protocol::displayed_text::{self, NameError};
use doorward_protocol::strict_json;
use serde_json::{Map, Value};

use crate::problem::{Problem, Result};
use crate::words::Word;

/// Returns the instruction of an error as a sentence.
fn sentence(error: &NameError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// Maximum length of a subject, a department, an e-mail address or a phone number in bytes.
pub(crate) const MAX_NAME: usize = 255;

/// The unread members of a body, and the errors of those read.
pub(crate) struct Fields {
    members: Map<String, Value>,
    /// The members that a body may have: those that were read.
    known: Vec<&'static str>,
    read_only: &'static [&'static str],
    errors: Vec<FieldError>,
}

#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
impl Fields {
    pub(crate) fn parse(body: &[u8], read_only: &'static [&'static str]) -> Result<Self> {
        let members = strict_json::parse_object(body).map_err(|_| {
            Problem::malformed("The body must be one JSON object in UTF-8, no member twice.")
        })?;
        Ok(Self {
            members,
            known: Vec::new(),
            read_only,
            errors: Vec::new(),
        })
    }

    /// Returns the value that was read, if there are no errors. Members that were not read are
    /// errors.
    pub(crate) fn finish<T>(self, value: T) -> Result<T> {
        let unread = self.members.keys().map(|name| {
            if self.read_only.contains(&name.as_str()) {
                FieldError::member(name, "read_only", "Leave it out.")
            } else {
                let detail = format!("Known fields: {}.", self.known.join(", "));
                FieldError::member(name, "unknown", detail)
            }
        });
        Problem::check(unread.chain(self.errors).collect()).map(|()| value)
    }

    pub(crate) fn refuse(
        &mut self,
        field: &str,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.errors.push(FieldError::member(field, code, detail));
    }

    /// Rejects a body without this member; `sentence` is the error detail.
    pub(crate) fn require(&mut self, field: &str, sentence: &'static str) {
        if !self.members.contains_key(field) {
            self.refuse(field, "required", sentence);
        }
    }

    pub(crate) fn take(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        self.members.remove(field)
    }

    fn string(&mut self, field: &'static str) -> Option<String> {
        let text = self.string_or_null(field)?;
        if text.is_none() {
            self.refuse(field, "wrong_type", "Write a string.");
        }
        text
    }

    fn string_or_null(&mut self, field: &'static str) -> Option<Option<String>> {
        match self.take(field)? {
            Value::String(text) => Some(Some(text)),
            Value::Null => Some(None),
            _ => {
                self.refuse(field, "wrong_type", "Write a string.");
                None
            }
        }
    }

    /// Reads a line that is not blank; `sentence` is the error detail for a blank one.
    pub(crate) fn line(
        &mut self,
        field: &'static str,
        longest: usize,
        sentence: &'static str,
    ) -> Option<String> {
        let line = self.string(field)?;
        if line.trim().is_empty() {
            self.refuse(field, "blank", sentence);
        } else if line.chars().count() > longest {
            self.refuse(field, "too_long", format!("At most {longest} characters."));
        }
        self.check_shown(field, displayed_text::check_text(&line, false));
        Some(line)
    }

    /// Reads a text with any number of lines.
    pub(crate) fn text(&mut self, field: &'static str, longest: usize) -> Option<String> {
        let text = self.string(field)?;
        if text.chars().count() > longest {
            self.refuse(field, "too_long", format!("At most {longest} characters."));
        }
        self.check_shown(field, displayed_text::check_lines(&text));
        Some(text)
    }

    /// Rejects a text that other users would read otherwise than it is written.
    fn check_shown(&mut self, field: &str, checked: Result<(), NameError>) {
        if let Err(error) = checked {
            self.refuse(field, "invalid_character", sentence(&error));
        }
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Option<bool> {
        let flag = self.take(field)?.as_bool();
        if flag.is_none() {
            self.refuse(field, "wrong_type", "Write true or false.");
        }
        flag
    }

    /// Reads a whole number that is not negative, or null; `detail` describes it.
    pub(crate) fn amount(
        &mut self,
        field: &'static str,
        detail: &'static str,
    ) -> Option<Option<i64>> {
        let value = self.take(field)?;
        let amount = value.as_i64().filter(|amount| *amount >= 0);
        if amount.is_none() && !value.is_null() {
            self.refuse(field, "invalid", detail);
        }
        Some(amount)
    }

    pub(crate) fn word<W: Word>(&mut self, field: &'static str) -> Option<W> {
        let word = W::parse(&self.string(field)?);
        if word.is_none() {
            let detail = format!("One of: {}.", W::WORDS.join(", "));
            self.refuse(field, "invalid", detail);
        }
        word
    }

    /// Reads a list of distinct values that are written as strings; `detail` describes it.
    pub(crate) fn set<T: Ord>(
        &mut self,
        field: &'static str,
        most: usize,
        parse: impl Fn(&str) -> Option<T>,
        detail: impl FnOnce() -> String,
    ) -> Vec<T> {
        let Some(value) = self.take(field) else {
            return Vec::new();
        };
        let values = value.as_array().and_then(|values| {
            let values = values.iter().map(|value| value.as_str().and_then(&parse));
            values.collect::<Option<BTreeSet<T>>>()
        });
        if let Some(values) = values.filter(|values| values.len() <= most) {
            return values.into_iter().collect();
        }
        self.refuse(field, "invalid", detail());
        Vec::new()
    }

    /// Reads a value written as a string, or null; `detail` describes the format.
    pub(crate) fn nullable<T>(
        &mut self,
        field: &'static str,
        parse: fn(&str) -> Option<T>,
        detail: &'static str,
    ) -> Option<Option<T>> {
        let Some(text) = self.string_or_null(field)? else {
            return Some(None);
        };
        let value = parse(&text);
        if value.is_none() {
            self.refuse(field, "invalid", detail);
        }
        Some(value)
    }

    /// Reads a short name, or null.
    pub(crate) fn name(&mut self, field: &'static str) -> Option<Option<String>> {
        let name = self.string_or_null(field)?;
        if let Some(name) = &name {
            if name.is_empty() || name.len() > MAX_NAME {
                self.refuse(field, "invalid", format!("1 to {MAX_NAME} bytes, or null."));
            }
            self.check_shown(field, displayed_text::check_text(name, false));
        }
        Some(name)
    }
}
