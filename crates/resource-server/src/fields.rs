//! Strict parsing of a JSON body: one object, known members once each, correct types. All field
//! errors are reported together.

use std::borrow::Cow;
use std::collections::BTreeSet;

use doorward_http_common::problem::FieldError;
use doorward_protocol::strict_json;
use serde_json::{Map, Value};

use crate::problem::Problem;

/// Maximum length of a subject, a department, an e-mail address or a phone number in bytes.
pub(crate) const MAX_NAME: usize = 255;

/// The unread members of a body, and the errors of those read.
pub(crate) struct Fields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Parses the body; members that are neither known nor read-only are errors.
    pub(crate) fn parse(body: &[u8], known: &[&str], read_only: &[&str]) -> Result<Self, Problem> {
        let members = strict_json::parse_object(body).map_err(|_| {
            Problem::malformed("The body must be one JSON object in UTF-8, no member twice.")
        })?;
        let mut errors = Vec::new();
        for name in members.keys() {
            if read_only.contains(&name.as_str()) {
                errors.push(FieldError::member(name, "read_only", "Leave it out."));
            } else if !known.contains(&name.as_str()) {
                let detail = format!("Known fields: {}.", known.join(", "));
                errors.push(FieldError::member(name, "unknown", detail));
            }
        }
        Ok(Self { members, errors })
    }

    /// Returns the value that was read, if there are no errors.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Problem> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(Problem::invalid(self.errors))
        }
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

    /// Removes and returns the raw value of a member.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.members.remove(field)
    }

    fn string(&mut self, field: &str) -> Option<String> {
        if let Value::String(text) = self.members.remove(field)? {
            Some(text)
        } else {
            self.refuse(field, "wrong_type", "Write a string.");
            None
        }
    }

    /// Reads a line that is not blank; `sentence` is the error detail for a blank one.
    pub(crate) fn line(
        &mut self,
        field: &str,
        longest: usize,
        sentence: &'static str,
    ) -> Option<String> {
        let line = self.string(field)?;
        if line.trim().is_empty() {
            self.refuse(field, "blank", sentence);
        } else if line.chars().count() > longest {
            self.refuse(field, "too_long", format!("At most {longest} characters."));
        }
        if line.chars().any(char::is_control) {
            self.refuse(field, "invalid_character", "No control characters.");
        }
        Some(line)
    }

    /// Reads a text with any number of lines.
    pub(crate) fn text(&mut self, field: &str, longest: usize) -> Option<String> {
        let text = self.string(field)?;
        if text.chars().count() > longest {
            self.refuse(field, "too_long", format!("At most {longest} characters."));
        }
        let forbidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(forbidden) {
            let detail = "No control characters but line breaks and tabs.";
            self.refuse(field, "invalid_character", detail);
        }
        Some(text)
    }

    /// Reads a Boolean.
    pub(crate) fn flag(&mut self, field: &str) -> Option<bool> {
        let flag = self.members.remove(field)?.as_bool();
        if flag.is_none() {
            self.refuse(field, "wrong_type", "Write true or false.");
        }
        flag
    }

    pub(crate) fn word<T>(
        &mut self,
        field: &str,
        parse: fn(&str) -> Option<T>,
        words: fn() -> Vec<&'static str>,
    ) -> Option<T> {
        let text = self.string(field)?;
        let found = parse(&text);
        if found.is_none() {
            self.refuse(field, "invalid", format!("One of: {}.", words().join(", ")));
        }
        found
    }

    /// Reads a list of distinct values that are written as strings; `detail` describes it.
    pub(crate) fn set<T: Ord>(
        &mut self,
        field: &str,
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
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things"
    )]
    pub(crate) fn nullable<T>(
        &mut self,
        field: &str,
        parse: fn(&str) -> Option<T>,
        detail: &'static str,
    ) -> Option<Option<T>> {
        if self.members.get(field)? == &Value::Null {
            return Some(None);
        }
        let found = parse(&self.string(field)?);
        if found.is_none() {
            self.refuse(field, "invalid", detail);
        }
        Some(found)
    }

    /// Reads a short name, or null.
    #[expect(
        clippy::option_option,
        reason = "absent, null and a name are three things"
    )]
    pub(crate) fn name(&mut self, field: &str) -> Option<Option<String>> {
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
