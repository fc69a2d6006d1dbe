//! Strict parsing of a JSON body: one object, known members once each, correct types. All field
//! errors are reported together. The schema of a body is that of the members that its function reads.

use std::borrow::Cow;
use std::collections::BTreeSet;

use doorward_http_common::problem::FieldError;
use doorward_protocol::displayed_text::{self, NameError};
use doorward_protocol::strict_json;
use serde_json::{Map, Value, json};

use crate::problem::{Problem, Result};
use crate::words::Word;

/// Returns the instruction of an error as a sentence.
fn sentence(error: &NameError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// Returns the schema of a word.
fn schema_of<W: Word>() -> Value {
    json!({"type": "string", "enum": W::WORDS})
}

/// Maximum length of a subject, a department, an e-mail address or a phone number in bytes.
pub(crate) const MAX_NAME: usize = 255;

/// The unread members of a body, and the errors of those read.
#[derive(Default)]
pub(crate) struct Fields {
    members: Map<String, Value>,
    /// The members that a body may have: those that were read.
    known: Vec<&'static str>,
    /// Their schemas, if the body is described and not read.
    schemas: Option<Map<String, Value>>,
    errors: Vec<FieldError>,
}

#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
impl Fields {
    /// Reads a body. Members that `read` does not read are errors.
    pub(crate) fn parse<T>(
        body: &[u8],
        read_only: &[&str],
        read: impl FnOnce(&mut Self) -> T,
    ) -> Result<T> {
        let members = strict_json::parse_object(body).map_err(|_| {
            Problem::malformed("The body must be one JSON object in UTF-8, no member twice.")
        })?;
        let mut fields = Self {
            members,
            ..Self::default()
        };
        let value = read(&mut fields);
        let unread = fields.members.keys().map(|name| {
            if read_only.contains(&name.as_str()) {
                FieldError::member(name, "read_only", "Leave it out.")
            } else {
                let detail = format!("Known fields: {}.", fields.known.join(", "));
                FieldError::member(name, "unknown", detail)
            }
        });
        Problem::check(unread.chain(fields.errors).collect()).map(|()| value)
    }

    /// Returns the schema of the body that `read` reads: an empty one lacks the required members.
    pub(crate) fn describe<T>(read: impl FnOnce(&mut Self) -> T) -> Value {
        let mut fields = Self {
            schemas: Some(Map::new()),
            ..Self::default()
        };
        read(&mut fields);
        let required: Vec<_> = fields.errors.iter().map(|error| &error.field).collect();
        json!({
            "type": "object",
            "properties": fields.schemas,
            "required": required,
            "additionalProperties": false,
        })
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

    fn take(&mut self, field: &'static str, schema: impl FnOnce() -> Value) -> Option<Value> {
        self.known.push(field);
        if let Some(schemas) = &mut self.schemas {
            schemas.insert(field.to_owned(), schema());
        }
        self.members.remove(field)
    }

    fn string(&mut self, field: &'static str, schema: impl FnOnce() -> Value) -> Option<String> {
        let text = self.string_or_null(field, schema)?;
        if text.is_none() {
            self.refuse(field, "wrong_type", "Write a string.");
        }
        text
    }

    fn string_or_null(
        &mut self,
        field: &'static str,
        schema: impl FnOnce() -> Value,
    ) -> Option<Option<String>> {
        match self.take(field, schema)? {
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
        let line = self.string(field, || json!({"type": "string", "maxLength": longest}))?;
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
        let text = self.string(field, || json!({"type": "string", "maxLength": longest}))?;
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
        let flag = self.take(field, || json!({"type": "boolean"}))?.as_bool();
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
        let schema = || json!({"type": ["integer", "null"], "minimum": 0, "description": detail});
        let value = self.take(field, schema)?;
        let amount = value.as_i64().filter(|amount| *amount >= 0);
        if amount.is_none() && !value.is_null() {
            self.refuse(field, "invalid", detail);
        }
        Some(amount)
    }

    pub(crate) fn word<W: Word>(&mut self, field: &'static str) -> Option<W> {
        let word = W::parse(&self.string(field, schema_of::<W>)?);
        if word.is_none() {
            let detail = format!("One of: {}.", W::WORDS.join(", "));
            self.refuse(field, "invalid", detail);
        }
        word
    }

    /// Reads a list of distinct words.
    pub(crate) fn words<W: Word + Ord>(&mut self, field: &'static str) -> Vec<W> {
        let detail = || format!("A list of: {}.", W::WORDS.join(", "));
        self.set(field, W::WORDS.len(), schema_of::<W>, W::parse, detail)
    }

    /// Reads a list of distinct values that are written as strings; `detail` describes it.
    pub(crate) fn set<T: Ord>(
        &mut self,
        field: &'static str,
        most: usize,
        items: impl FnOnce() -> Value,
        parse: impl Fn(&str) -> Option<T>,
        detail: impl FnOnce() -> String,
    ) -> Vec<T> {
        let schema = || json!({"type": "array", "items": items()});
        let Some(value) = self.take(field, schema) else {
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

    /// Reads a value written as a string, or null; `detail` describes it, and `format` names it for the schema.
    pub(crate) fn nullable<T>(
        &mut self,
        field: &'static str,
        format: Option<&'static str>,
        parse: fn(&str) -> Option<T>,
        detail: &'static str,
    ) -> Option<Option<T>> {
        let schema = || match format {
            Some(format) => json!({"type": ["string", "null"], "format": format}),
            None => json!({"type": ["string", "null"]}),
        };
        let Some(text) = self.string_or_null(field, schema)? else {
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
        let name = self.string_or_null(field, || json!({"type": ["string", "null"]}))?;
        if let Some(name) = &name {
            if name.is_empty() || name.len() > MAX_NAME {
                self.refuse(field, "invalid", format!("1 to {MAX_NAME} bytes, or null."));
            }
            self.check_shown(field, displayed_text::check_text(name, false));
        }
        Some(name)
    }
}
