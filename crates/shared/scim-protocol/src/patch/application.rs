//! The application of changes to a resource.

use serde_json::{Map, Value};

use super::{Action, Change};
use crate::error::{ScimError, ScimType};
use crate::filter::{self, ChangePath, Filter, Operator, is_same_name};
use crate::schema::{Attribute, Resource, Schema, attribute};

/// Attributes that no change may name, and which clients can know.
const FIXED: [&str; 3] = ["id", "meta", "schemas"];

/// Applies changes in their order. A removed attribute is null afterwards. Changes of attributes that have no place here,
/// or are read-only, are left out: clients send all that they have.
///
/// # Errors
/// Returns `mutability` for `id`, `meta` and `schemas` with another value, `noTarget` for a filter without a value, and
/// `invalidValue` for a value of another type.
pub fn apply(
    kind: &Resource,
    resource: &mut Map<String, Value>,
    changes: Vec<Change>,
) -> Result<(), ScimError> {
    for change in changes {
        apply_one(kind, resource, change)?;
    }
    Ok(())
}

/// The place of a change.
enum Place<'a> {
    Core(&'a Attribute),
    /// An attribute of an extension.
    Extended(&'a Schema, &'a Attribute),
    /// A whole extension.
    Whole(&'a Schema),
    None,
}

fn place<'a>(kind: &'a Resource, path: &ChangePath) -> Place<'a> {
    if path.attribute.schema.is_some() {
        // `urn:…:2.0:User` reads like the attribute `User` of the schema `urn:…:2.0`, and its versions with a part.
        let written = path.attribute.to_string();
        if let Some(schema) = kind.extension(&written) {
            return Place::Whole(schema);
        }
    }
    let name = &path.attribute.name;
    let schema = path.attribute.schema.as_deref();
    if let Some(id) = schema.filter(|id| !is_same_name(id, kind.core.id)) {
        let Some(schema) = kind.extension(id) else {
            return Place::None;
        };
        let found = attribute(&schema.attributes, name);
        return found.map_or(Place::None, |found| Place::Extended(schema, found));
    }
    attribute(&kind.core.attributes, name).map_or(Place::None, Place::Core)
}

fn apply_one(
    kind: &Resource,
    resource: &mut Map<String, Value>,
    change: Change,
) -> Result<(), ScimError> {
    match place(kind, &change.path) {
        Place::None => check_fixed(resource, &change),
        Place::Whole(schema) => {
            let mut sent = Map::from_iter([(schema.id.to_owned(), change.value)]);
            if change.action == Action::Remove {
                let all = schema.attributes.iter();
                let none = all.map(|attribute| (attribute.name.to_string(), Value::Null));
                sent.insert(schema.id.to_owned(), none.collect::<Map<_, _>>().into());
            }
            let read = kind.read(&sent)?;
            merge(resource, read);
            Ok(())
        }
        Place::Extended(schema, attribute) => {
            let parts = resource
                .entry(schema.id)
                .or_insert_with(|| Map::new().into());
            match parts {
                Value::Object(parts) => change_attribute(attribute, parts, change),
                _ => Ok(()),
            }
        }
        Place::Core(attribute) => change_attribute(attribute, resource, change),
    }
}

fn check_fixed(resource: &Map<String, Value>, change: &Change) -> Result<(), ScimError> {
    let name = &change.path.attribute.name;
    let is_fixed = FIXED.iter().any(|fixed| is_same_name(fixed, name));
    let is_same = filter::find(resource, name) == Some(&change.value);
    // Only an ID is compared: of the others a client has an older version.
    if is_fixed && is_same_name(name, "id") && !is_same {
        let problem = format!("{name} cannot be changed");
        return Err(ScimError::invalid(ScimType::Mutability, problem));
    }
    Ok(())
}

/// Adds attributes, and the parts of those that both have.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        put(into, name, value);
    }
}

fn put(into: &mut Map<String, Value>, name: String, value: Value) {
    match into.get_mut(&name) {
        Some(old) => complete(old, value),
        None => {
            into.insert(name, value);
        }
    }
}

/// Adds the parts of a value, or replaces one that has none.
fn complete(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => old.extend(new),
        (old, new) => *old = new,
    }
}

fn change_attribute(
    attribute: &Attribute,
    object: &mut Map<String, Value>,
    change: Change,
) -> Result<(), ScimError> {
    if attribute.is_read_only {
        return Ok(());
    }
    let name = attribute.name.to_string();
    if attribute.is_multiple {
        let mut values = match object.remove(&name) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        let changed = change_values(attribute, &mut values, change);
        object.insert(name, values.into());
        return changed;
    }
    let Change {
        action,
        path,
        value,
    } = change;
    if path.filter.is_some() {
        let problem = format!("{name} has one value");
        return Err(ScimError::invalid(ScimType::InvalidPath, problem));
    }
    let Some(sub) = path.sub else {
        let value = if action == Action::Remove {
            Value::Null
        } else {
            attribute.read(&value)?
        };
        put(object, name, value);
        return Ok(());
    };
    let Some(part) = writable_part(attribute, &sub) else {
        return Ok(());
    };
    let value = if action == Action::Remove {
        Value::Null
    } else {
        part.read(&value)?
    };
    let parts = object.entry(name).or_insert_with(|| Map::new().into());
    if !parts.is_object() {
        *parts = Map::new().into();
    }
    if let Value::Object(parts) = parts {
        parts.insert(part.name.to_string(), value);
    }
    Ok(())
}

fn writable_part<'a>(of: &'a Attribute, name: &str) -> Option<&'a Attribute> {
    attribute(&of.parts, name).filter(|part| !part.is_read_only)
}

fn change_values(
    attribute: &Attribute,
    values: &mut Vec<Value>,
    change: Change,
) -> Result<(), ScimError> {
    let Change {
        action,
        path,
        value,
    } = change;
    if path.filter.is_some() || path.sub.is_some() {
        return change_chosen(attribute, values, action, &path, &value);
    }
    let read = match attribute.read(&value)? {
        Value::Array(read) => read,
        _ => Vec::new(),
    };
    match action {
        Action::Replace => *values = read,
        Action::Remove if value.is_null() => values.clear(),
        Action::Remove => values.retain(|old| !read.iter().any(|new| is_same_value(old, new))),
        Action::Add => {
            for new in read {
                add(values, new);
            }
        }
    }
    Ok(())
}

fn is_same_value(one: &Value, other: &Value) -> bool {
    one.get("value").is_some() && one.get("value") == other.get("value")
}

/// Adds a value, or completes the one with the same part `value`. Only one is the first choice.
fn add(values: &mut Vec<Value>, new: Value) {
    if new.get("primary") == Some(&Value::Bool(true)) {
        for old in values.iter_mut().filter_map(Value::as_object_mut) {
            old.remove("primary");
        }
    }
    let same = values.iter().position(|old| is_same_value(old, &new));
    match same {
        Some(at) => complete(&mut values[at], new),
        None => values.push(new),
    }
}

/// Changes the values that a filter chooses, or a part of all.
fn change_chosen(
    attribute: &Attribute,
    values: &mut Vec<Value>,
    action: Action,
    path: &ChangePath,
    value: &Value,
) -> Result<(), ScimError> {
    let is_chosen = |one: &Value| match (&path.filter, one) {
        (Some(filter), Value::Object(parts)) => filter::matches(filter, parts),
        (Some(_), _) => false,
        (None, _) => true,
    };
    if action == Action::Remove && path.sub.is_none() {
        values.retain(|one| !is_chosen(one));
        return Ok(());
    }
    let is_new = action != Action::Remove && !values.iter().any(is_chosen);
    if is_new {
        // Entra replaces the work address of a user who has none.
        let mut begun = Map::new();
        if let Some(filter) = &path.filter
            && !describe(filter, &mut begun)
        {
            let problem = format!("no value of {} fulfils the filter", attribute.name);
            return Err(ScimError::invalid(ScimType::NoTarget, problem));
        }
        values.push(attribute.read_one(&begun.into())?);
    }
    let new = match &path.sub {
        Some(sub) => {
            let Some(part) = writable_part(attribute, sub) else {
                return Ok(());
            };
            let value = if action == Action::Remove {
                Value::Null
            } else {
                part.read(value)?
            };
            Map::from_iter([(part.name.to_string(), value)])
        }
        None => match attribute.read_one(value)? {
            Value::Object(parts) => parts,
            _ => {
                return Err(ScimError::value(format!(
                    "{} must be an object",
                    attribute.name
                )));
            }
        },
    };
    let last = values.len().saturating_sub(1);
    for (at, one) in values.iter_mut().enumerate() {
        if (is_chosen(one) || (is_new && at == last))
            && let Value::Object(parts) = one
        {
            parts.extend(new.clone());
        }
    }
    values.retain(|one| !is_empty(one));
    Ok(())
}

/// Returns true for a value whose own part is removed.
fn is_empty(one: &Value) -> bool {
    match one {
        Value::Object(parts) => {
            let is_rest = |name: &str| matches!(name, "type" | "primary");
            parts
                .iter()
                .all(|(name, value)| value.is_null() || is_rest(name))
        }
        other => other.is_null(),
    }
}

/// Writes the value that a filter describes: comparisons with `eq`, joined by `and`.
fn describe(filter: &Filter, into: &mut Map<String, Value>) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| describe(part, into)),
        Filter::Compare(path, Operator::Equal, value) if path.sub.is_none() => {
            into.insert(path.name.clone(), value.clone());
            true
        }
        _ => false,
    }
}
