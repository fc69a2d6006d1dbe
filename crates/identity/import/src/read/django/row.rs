//! An object of a dump, or a row of a database in the same form.

use doorward_domain::model::UserId;
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

    /// Returns the primary key of a user: a UUID with hyphens, and another one as the source writes it.
    pub fn user_id(&self) -> String {
        let text = self.old_id();
        uuid_of(&text).map_or(text, |id| id.to_string())
    }
}

/// Reads a UUID with hyphens, or without as in SQLite.
pub fn uuid_of(text: &str) -> Option<UserId> {
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        let parts = [
            &text[..8],
            &text[8..12],
            &text[12..16],
            &text[16..20],
            &text[20..],
        ];
        return UserId::parse(&parts.join("-"));
    }
    UserId::parse(text)
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

/// Reads hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}
