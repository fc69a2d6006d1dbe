//! Changes of a resource by PATCH (RFC 7644 §3.5.2).

mod application;

use serde_json::{Map, Value};

pub use self::application::apply;
use crate::error::{ScimError, ScimType};
use crate::filter::{ChangePath, Filter, Operator, find, is_same_name, parse_path};
use crate::urn;

/// Maximum number of operations of a request.
const MAX_OPERATIONS: usize = 1_000;

doorward_protocol::words! {
    pub enum Action {
        Add = "add",
        Remove = "remove",
        Replace = "replace",
    }
}

/// A change of one attribute.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub action: Action,
    pub path: ChangePath,
    /// Null for none.
    pub value: Value,
}

/// Reads the operations of a request, each as changes of one attribute: an operation without a path has an object of
/// attributes, whose names may be paths.
///
/// # Errors
/// Returns `invalidSyntax`, `invalidPath`, `invalidValue` or `noTarget` for a malformed request.
pub fn parse(body: &Map<String, Value>) -> Result<Vec<Change>, ScimError> {
    let schemas = find(body, "schemas").and_then(Value::as_array);
    let is_patch = |name: &Value| {
        name.as_str()
            .is_some_and(|name| is_same_name(name, urn::PATCH))
    };
    if !schemas.is_some_and(|names| names.iter().any(is_patch)) {
        return Err(ScimError::syntax(format!(
            "schemas must contain {}",
            urn::PATCH
        )));
    }
    let Some(Value::Array(operations)) = find(body, "Operations") else {
        return Err(ScimError::syntax("Operations must be a list"));
    };
    if operations.is_empty() || operations.len() > MAX_OPERATIONS {
        let problem = format!("Operations must have 1 to {MAX_OPERATIONS} members");
        return Err(ScimError::syntax(problem));
    }
    let mut changes = Vec::new();
    for operation in operations {
        let Value::Object(operation) = operation else {
            return Err(ScimError::syntax("an operation must be an object"));
        };
        read(operation, &mut changes)?;
    }
    Ok(changes)
}

fn read(operation: &Map<String, Value>, changes: &mut Vec<Change>) -> Result<(), ScimError> {
    // Entra writes `Add`.
    let word = find(operation, "op")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let action = Action::parse(&word.to_ascii_lowercase())
        .ok_or_else(|| ScimError::syntax("op must be add, remove or replace"))?;
    let value = find(operation, "value").cloned().unwrap_or_default();
    let path = match find(operation, "path") {
        None | Some(Value::Null) => "",
        Some(Value::String(path)) => path.trim(),
        Some(_) => {
            return Err(ScimError::invalid(
                ScimType::InvalidPath,
                "path must be a text",
            ));
        }
    };
    if !path.is_empty() {
        if action == Action::Add && value.is_null() {
            return Err(ScimError::value("value is missing"));
        }
        changes.push(Change {
            action,
            path: parse_path(path)?,
            value,
        });
        return Ok(());
    }
    let Value::Object(attributes) = value else {
        let kind = if action == Action::Remove {
            ScimType::NoTarget
        } else {
            ScimType::InvalidValue
        };
        let problem = "an operation without path needs an object of attributes";
        return Err(ScimError::invalid(kind, problem));
    };
    for (name, value) in attributes {
        let path = parse_path(&name)?;
        changes.push(Change {
            action,
            path,
            value,
        });
    }
    Ok(())
}

/// A change of the members of a group, which may be too many to read them all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MemberChange {
    Add(Vec<String>),
    Remove(Vec<String>),
    Replace(Vec<String>),
}

/// Splits the changes of the members of a group from the others.
///
/// # Errors
/// Returns `invalidPath` or `invalidValue` for members that are not named by their IDs.
pub fn split_members(changes: Vec<Change>) -> Result<(Vec<MemberChange>, Vec<Change>), ScimError> {
    let (of_members, others): (Vec<_>, Vec<_>) = changes
        .into_iter()
        .partition(|change| is_same_name(&change.path.attribute.name, "members"));
    let members = of_members.into_iter().map(member_change);
    Ok((members.collect::<Result<_, _>>()?, others))
}

fn member_change(change: Change) -> Result<MemberChange, ScimError> {
    let Change {
        action,
        path,
        value,
    } = change;
    let is_whole = path
        .sub
        .as_deref()
        .is_none_or(|sub| is_same_name(sub, "value"));
    if !is_whole {
        let problem = "a part of a member cannot be changed";
        return Err(ScimError::invalid(ScimType::Mutability, problem));
    }
    let Some(filter) = path.filter else {
        let ids = member_ids(&value)?;
        return Ok(match action {
            Action::Add => MemberChange::Add(ids),
            Action::Replace => MemberChange::Replace(ids),
            // All of them, or those that Entra lists.
            Action::Remove if value.is_null() => MemberChange::Replace(Vec::new()),
            Action::Remove => MemberChange::Remove(ids),
        });
    };
    let mut ids = Vec::new();
    let is_list = named_ids(&filter, &mut ids);
    if !is_list || action != Action::Remove {
        let problem = "write members[value eq \"ID\"], and remove it";
        return Err(ScimError::invalid(ScimType::InvalidPath, problem));
    }
    Ok(MemberChange::Remove(ids))
}

/// Collects the IDs of a filter `value eq "…"`, or of several with `or`.
fn named_ids(filter: &Filter, ids: &mut Vec<String>) -> bool {
    match filter {
        Filter::Or(parts) => parts.iter().all(|part| named_ids(part, ids)),
        Filter::Compare(path, Operator::Equal, Value::String(id)) => {
            ids.push(id.clone());
            path.sub.is_none() && is_same_name(&path.name, "value")
        }
        _ => false,
    }
}

/// Returns the IDs of members: objects with `value`, or the IDs themselves. Null is none.
///
/// # Errors
/// Returns `invalidValue` for other values.
pub fn member_ids(value: &Value) -> Result<Vec<String>, ScimError> {
    let all = match value {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    let mut ids = Vec::new();
    for one in all {
        let id = match one {
            Value::Null => continue,
            Value::Object(parts) => find(parts, "value").unwrap_or(&Value::Null),
            other => other,
        };
        match id {
            Value::Null => {}
            Value::String(id) => ids.push(id.clone()),
            _ => return Err(ScimError::value("a member must be named by its ID")),
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests;
