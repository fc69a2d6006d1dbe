//! An object of a dump, or a row of a database in the same form.

use serde::Deserialize;
use serde_json::{Map, Value};

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
    /// Returns a text; empty without one.
    pub fn text(&self, name: &str) -> &str {
        let value = self.fields.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// Returns a Boolean; SQLite has 0 and 1.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.fields.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => Some(number.as_i64() != Some(0)),
            _ => None,
        }
    }

    /// Returns a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.fields.get(name).and_then(Value::as_i64)
    }

    /// Returns a JSON field, which some databases return as text.
    pub fn json(&self, name: &str) -> Value {
        match self.fields.get(name) {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(value) => value.clone(),
            None => Value::Null,
        }
    }

    /// Returns a list; empty without one.
    pub fn list(&self, name: &str) -> &[Value] {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }
}

/// Returns one text for a reference: a primary key, or a natural key.
pub fn key(value: &Value) -> String {
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
