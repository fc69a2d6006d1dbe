//! Members of a JSON object with their types. Unknown members are ignored (section 10.1.1).

use serde_json::{Map, Value};

pub(crate) type Members = Map<String, Value>;

/// The reason why a request cannot be read: a 400 (section 10.1.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// Returns a required member.
pub(crate) fn required<'a>(members: &'a Members, name: &str) -> Result<&'a Value, Malformed> {
    let missing = || Malformed(format!("{name} is missing"));
    members.get(name).ok_or_else(missing)
}

/// Returns a required text, which is not empty.
pub(crate) fn text(members: &Members, name: &str) -> Result<String, Malformed> {
    match required(members, name)? {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        _ => Err(Malformed(format!("{name} must be a text"))),
    }
}

pub(crate) fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Members, Malformed> {
    let members = value.as_object();
    members.ok_or_else(|| Malformed(format!("{name} must be an object")))
}

/// Returns an optional object; empty if it is absent or null.
pub(crate) fn optional_object(members: &Members, name: &str) -> Result<Members, Malformed> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(Members::new()),
        Some(value) => object(value, name).cloned(),
    }
}
