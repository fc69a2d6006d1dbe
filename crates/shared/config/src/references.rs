//! Names in the configuration that refer to objects in the database. A setting for a name that does
//! not exist protects nothing.

use std::fmt;

use serde_json::Value;

use super::key::ObjectKind;
use super::settings::Config;
use super::{Origin, table};

/// Name of an object in the configuration, or in a file that it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedObject {
    pub key: &'static str,
    pub kind: ObjectKind,
    pub name: String,
}

impl fmt::Display for NamedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, kind, name } = self;
        write!(f, "{key} names the {kind} {name:?}, which does not exist")
    }
}

impl Config {
    /// Returns the names of objects that the operator has written. Names of the tasks API are among
    /// them if this server issues its tokens.
    pub fn named_objects(&self) -> Vec<NamedObject> {
        let mut found = Vec::new();
        for key in table::all() {
            let Some(kind) = key.refers_to else { continue };
            let is_foreign = key.path.split('.').next() == Some("tasks")
                && self.tasks_issuer() != Some(self.issuer.as_str());
            if is_foreign || self.origin(key.path) == Origin::Default {
                continue;
            }
            let names = match self.masked_value(key.path) {
                Value::String(name) => vec![name],
                Value::Array(items) => {
                    let names = items.iter().filter_map(Value::as_str);
                    names.map(str::to_owned).collect()
                }
                _ => Vec::new(),
            };
            for name in names {
                // A limit is written as `role=number`; `*` means every user.
                let name = name.split('=').next().unwrap_or_default();
                if name != "*" {
                    let (key, name) = (key.path, name.to_owned());
                    found.push(NamedObject { key, kind, name });
                }
            }
        }
        found
    }
}
