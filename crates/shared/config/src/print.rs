//! Prints the effective values for `config print`, secrets masked, and lists them without secrets.

use std::fmt::Write as _;

use serde_json::Value;

use super::key::Kind;
use super::settings::Config;
use super::value::duration_text;
use super::{Origin, table};

/// The effective value of a key, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveValue {
    pub key: &'static str,
    /// True for a key whose value is not shown.
    pub is_secret: bool,
    pub is_set: bool,
    /// The value as text; empty for a secret, and for a key without a value.
    pub text: String,
    /// A duration in its largest unit, such as `30d`; `None` for other values.
    pub duration: Option<String>,
    pub origin: Origin,
}

impl EffectiveValue {
    /// Returns the file with its line, the environment variable or the command that sets the value;
    /// `None` for a default.
    pub fn source(&self) -> Option<String> {
        (self.origin != Origin::Default).then(|| self.origin.to_string())
    }
}

impl Config {
    /// Returns one key's effective value as JSON, secrets masked; `Null` if unset.
    pub fn masked_value(&self, path: &str) -> Value {
        value_at(&self.to_json(), path)
    }

    /// Returns all effective values as TOML, each with its origin.
    pub fn to_toml(&self) -> String {
        let tree = self.to_json();
        let mut out = String::new();
        let mut section = "";
        for key in table::all() {
            let (table, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            if table != section {
                let _ = write!(out, "\n[{table}]\n");
                section = table;
            }
            let origin = self.origin(key.path);
            match value_at(&tree, key.path) {
                Value::Null => {
                    let _ = writeln!(out, "# {name} is not set");
                }
                Value::String(text) if text.is_empty() && origin == Origin::Default => {
                    let _ = writeln!(out, "# {name} is not set");
                }
                value => {
                    let _ = writeln!(out, "{name} = {value}  # {origin}");
                }
            }
        }
        out
    }

    /// Returns all effective values as JSON, secrets masked.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// Returns every key with its effective value, in the order of the reference. No part of a
    /// secret is in it, not even of an address with a password.
    pub fn effective(&self) -> Vec<EffectiveValue> {
        let tree = self.to_json();
        let effective = table::all().map(|key| {
            let text = text_of(value_at(&tree, key.path));
            let is_set = !text.is_empty();
            let seconds = match key.kind {
                Kind::Duration(..) => text.parse::<i64>().ok(),
                _ => None,
            };
            EffectiveValue {
                key: key.path,
                is_secret: key.is_secret(),
                is_set,
                duration: seconds.map(duration_text),
                text: match key.kind {
                    Kind::Secret | Kind::SecretUrl(_) => String::new(),
                    _ => text,
                },
                origin: self.origin(key.path),
            }
        });
        effective.collect()
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) => {
            let texts: Vec<String> = items.into_iter().map(text_of).collect();
            texts.join(", ")
        }
        other => other.to_string(),
    }
}

fn value_at(tree: &Value, path: &str) -> Value {
    path.split('.')
        .try_fold(tree, |value, name| value.get(name))
        .cloned()
        .unwrap_or(Value::Null)
}
