//! An object of a dump, or a row of a database in the same form.

use serde_json::{Map, Value};

use crate::read::fields::Fields;

/// An object of a dump.
#[derive(Clone, Debug)]
pub struct Row {
    /// Label of the model (`app.model`).
    pub model: String,
    pub pk: Option<Value>,
    pub fields: Map<String, Value>,
}

impl Row {
    /// Reads an object of a dump.
    ///
    /// # Errors
    /// Returns the description of the object if it has another form.
    pub fn parse(value: Value, number: usize) -> Result<Self, String> {
        let Value::Object(mut members) = value else {
            return Err(format!("object {number}"));
        };
        let pk = members.remove("pk").filter(|pk| !pk.is_null());
        let model = members.remove("model");
        let Some(Value::String(model)) = model else {
            return Err(format!("object {number}"));
        };
        match members.remove("fields") {
            Some(Value::Object(fields)) => Ok(Self { model, pk, fields }),
            _ => Err(match pk {
                Some(pk) => format!("object {number}, {model} {pk}"),
                None => format!("object {number}, {model}"),
            }),
        }
    }

    pub const fn fields(&self) -> Fields<'_> {
        Fields(&self.fields)
    }

    /// Returns the primary key as the source writes it; empty without one.
    pub fn old_id(&self) -> String {
        match &self.pk {
            Some(Value::String(text)) => text.clone(),
            Some(pk) => pk.to_string(),
            None => String::new(),
        }
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
