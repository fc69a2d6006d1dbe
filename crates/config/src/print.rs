//! Prints the effective values for `config print`, secrets masked.

use std::fmt::Write as _;

use serde_json::Value;

use super::settings::Config;
use super::{Origin, table};

impl Config {
    /// Returns one key's effective value as JSON, secrets masked; `Null` if unset.
    pub fn masked_value(&self, path: &str) -> Value {
        let tree = serde_json::to_value(self).unwrap_or(Value::Null);
        value_at(&tree, path)
    }

    /// Returns all effective values as TOML, each with its origin.
    pub fn to_toml(&self) -> String {
        let tree = serde_json::to_value(self).unwrap_or(Value::Null);
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
}

fn value_at(tree: &Value, path: &str) -> Value {
    path.split('.')
        .try_fold(tree, |value, name| value.get(name))
        .cloned()
        .unwrap_or(Value::Null)
}
