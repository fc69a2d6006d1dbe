//! Django: a file of `manage.py dumpdata`, or the rows of a database in the same form.

mod application;
mod database;
mod overview;
mod permission;
mod time;
mod user;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::database::Database;
pub use self::overview::Overview;
pub use self::time::TimeZone;
use super::{ReadError, Sink, json};
use crate::record::Record;

/// Options for the reader.
#[derive(Clone, Debug, Default)]
pub struct DjangoOptions {
    /// Label of the user model (`app.model`), if it is not found by its fields.
    pub user_model: Option<String>,
    /// Field that users log in with (`USERNAME_FIELD`), which natural keys contain; `username` or,
    /// if there is none, `email`.
    pub login_field: Option<String>,
    /// Fields of the user model by their purpose: `username`, `email`, or a profile field.
    pub fields: BTreeMap<String, String>,
    /// Time zone of times without an offset.
    pub time_zone: TimeZone,
    /// True if permissions are imported.
    pub with_permissions: bool,
}

impl DjangoOptions {
    /// Returns the field of the user model with this purpose.
    fn field<'a>(&'a self, purpose: &'a str, usual: &'a str) -> &'a str {
        self.fields.get(purpose).map_or(usual, String::as_str)
    }
}

/// An object of a dump.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// Label of the model (`app.model`).
    pub model: String,
    /// Primary key.
    #[serde(default)]
    pub pk: Option<Value>,
    /// Fields.
    pub fields: Map<String, Value>,
}

impl Row {
    fn text(&self, name: &str) -> &str {
        let value = self.fields.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// Returns a Boolean; SQLite has 0 and 1.
    fn flag(&self, name: &str) -> Option<bool> {
        match self.fields.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => Some(number.as_i64() != Some(0)),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.fields.get(name).and_then(Value::as_i64)
    }

    /// Returns a JSON field, which some databases return as text.
    fn json(&self, name: &str) -> Value {
        match self.fields.get(name) {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(value) => value.clone(),
            None => Value::Null,
        }
    }

    fn list(&self, name: &str) -> &[Value] {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }
}

/// Returns one text for a reference: a primary key, or a natural key.
fn key(value: &Value) -> String {
    match value {
        Value::Array(parts) => {
            let parts: Vec<_> = parts.iter().filter_map(Value::as_str).collect();
            format!("natural\u{1f}{}", parts.join("\u{1f}"))
        }
        Value::String(text) => format!("pk\u{1f}{}", plain_uuid(text)),
        other => format!("pk\u{1f}{other}"),
    }
}

/// Returns a UUID without hyphens, as SQLite stores it; other text without a change.
fn plain_uuid(text: &str) -> String {
    if text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        text.replace('-', "").to_lowercase()
    } else {
        text.to_owned()
    }
}

/// A dump, after the first pass.
#[derive(Debug)]
pub struct Dump {
    path: PathBuf,
    overview: Overview,
}

impl Dump {
    /// Reads everything except the users.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file cannot be read, has no users, or lacks primary keys.
    pub fn open(path: &Path, options: DjangoOptions) -> Result<Self, ReadError> {
        let mut overview = Overview::new(options);
        json::each_element(path, &mut |row: Row| {
            overview.add(&row);
            Ok(())
        })?;
        overview.finish()?;
        Ok(Self {
            path: path.to_owned(),
            overview,
        })
    }

    /// Returns the number of users.
    pub const fn users(&self) -> u64 {
        self.overview.users()
    }

    /// Sends all records.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file has changed meanwhile, or if the receiver stops.
    pub fn read(self, sink: Sink<'_>) -> Result<(), ReadError> {
        self.overview.records(sink)?;
        json::each_element(&self.path, &mut |row: Row| {
            if self.overview.is_user(&row) {
                sink(Record::User(Box::new(self.overview.user(&row))))?;
            }
            Ok(())
        })
    }
}
