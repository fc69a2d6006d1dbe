//! The documents of a kind as a schema, for the document of the API and the programs that are generated from it.

use std::collections::BTreeSet;

use super::kind::{Kind, SECRET, Write};
use crate::operation::{Entry, Member, find, put};
use crate::prelude::*;

/// Member of a schema: the names of the members that name an object.
const KEY: &str = "x-key";
/// Member of a schema: true if an object that leaves the member out has none; otherwise it keeps its value.
const REMOVABLE: &str = "x-removable";

impl Kind {
    /// Returns the name of the schema of a document: `SamlClientObject`.
    pub fn schema_name(&self) -> String {
        let words = self.noun.split(' ').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + &rest.to_lowercase()
        });
        words.chain(["Object".to_owned()]).collect()
    }

    /// Returns the schema of a document. A member without a known form can be any value.
    pub fn schema(&self) -> Value {
        let (mut members, mut required) = (Map::new(), BTreeSet::new());
        let (first, second) = match &self.write {
            Write::Members { create, update, .. } => (Some(*create), Some(*update)),
            Write::Whole { put, .. } => (Some(*put), None),
            Write::Parts => (None, None),
        };
        for entry in [second, first].into_iter().flatten() {
            for member in entry.members() {
                let name = self.document_name(&member.name);
                let is_part = self.parts.iter().any(|part| part.member == name);
                if self.is_other(name) || is_part {
                    continue;
                }
                let mut schema = described(member);
                copy_description(&members, name, &mut schema);
                put_schema(&mut members, name, schema);
                if member.is_required && first.is_some_and(|first| std::ptr::eq(first, entry)) {
                    required.insert(name);
                }
            }
        }
        for part in self.parts {
            let known = self
                .part_schemas
                .iter()
                .find(|(name, _)| *name == part.member);
            let schema = known.map_or_else(|| json!({ "type": "object" }), |(_, schema)| schema());
            put_schema(&mut members, part.member, schema);
        }
        for picture in self.pictures {
            put_schema(&mut members, picture.member, picture_schema());
        }
        for name in self.key {
            let schema =
                json!({ "type": "string", "description": format!("Names the {}.", self.noun) });
            members.entry(*name).or_insert(schema);
        }
        if let Some(secret) = members.get_mut(SECRET) {
            *secret = secret_schema();
        }
        for name in self.sets {
            mark_set(&mut members, name);
        }
        // A member of the key that an object can be without, such as an organization, is before the others.
        required.extend(self.key.last());
        let is_whole = matches!(self.write, Write::Whole { .. });
        let shape = self.shape();
        for (name, member) in &mut members {
            let is_given = required.contains(name.as_str()) || name == SECRET;
            let is_removable = shape.optional_members().any(|known| known == name);
            if let Value::Object(member) = member
                && (is_removable || is_whole && !is_given)
            {
                member.insert(REMOVABLE.to_owned(), true.into());
            }
        }
        json!({
            "type": "object",
            "description": format!("Members of {} in a file.", with_article(self.noun)),
            "required": required,
            "properties": members,
            KEY: self.key,
        })
    }
}

fn with_article(noun: &str) -> String {
    match noun.chars().next() {
        _ if noun.starts_with("own ") => noun.to_owned(),
        Some('a' | 'e' | 'i' | 'o') => format!("an {noun}"),
        _ => format!("a {noun}"),
    }
}

fn secret_schema() -> Value {
    json!({
        "type": "string",
        "format": "password",
        "writeOnly": true,
        "description": "Secret, which no response contains; `keep` for the stored one.",
    })
}

fn picture_schema() -> Value {
    json!({
        "type": "string",
        "format": "byte",
        "description": "SHA-256 of a stored picture, or the content of a new one in base64url.",
    })
}

/// Returns the schema of an object with the members of an operation that are not in its path.
pub(super) fn members_of(entry: &Entry) -> Value {
    let in_path = |name: &str| entry.call().parameters().any(|known| known == name);
    let mut members = Map::new();
    for member in entry.members().iter().filter(|it| !in_path(&it.name)) {
        members.insert(member.name.clone(), described(member));
    }
    json!({ "type": "object", "properties": members })
}

/// Returns the schema of a list without an order.
pub(super) fn texts(description: &str) -> Value {
    json!({
        "type": "array",
        "items": { "type": "string" },
        "uniqueItems": true,
        "description": description,
    })
}

/// Returns the schema of a member that has a value: in a document, one without a value is left out.
fn described(member: &Member) -> Value {
    let mut plain = member.plain_schema().clone();
    without_null(&mut plain);
    if let Some(members) = plain.as_object_mut()
        && !member.help.is_empty()
    {
        members.insert("description".to_owned(), member.help.clone().into());
    }
    plain
}

fn without_null(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    members.retain(|name, _| !matches!(name.as_str(), "default" | "example" | "propertyNames"));
    if let Some(Value::Array(types)) = members.get("type") {
        let only = types.iter().find(|name| **name != "null").cloned();
        members.insert("type".to_owned(), only.unwrap_or_default());
    }
    let inner = members.get_mut("properties").and_then(Value::as_object_mut);
    for inner in inner.into_iter().flat_map(Map::values_mut) {
        without_null(inner);
    }
}

/// Adds the description that another operation gives a member. `utoipa` leaves it out where the value of an enum is
/// required.
fn copy_description(members: &Map<String, Value>, name: &str, schema: &mut Value) {
    let known = find(members, &name.replace('.', ".properties."));
    let known = known.and_then(|known| known.get("description")).cloned();
    if let (Some(schema), Some(known)) = (schema.as_object_mut(), known) {
        schema.entry("description").or_insert(known);
    }
}

/// Adds the schema of a member, whose name is a path if it belongs to an object.
fn put_schema(members: &mut Map<String, Value>, name: &str, schema: Value) {
    let path = name.replace('.', ".properties.");
    if let Some((object, _)) = name.split_once('.') {
        put(members, &format!("{object}.type"), "object".into());
    }
    put(members, &path, schema);
}

/// Marks a list whose order has no meaning. That of words in a text has none either.
fn mark_set(members: &mut Map<String, Value>, name: &str) {
    let path = name.replace('.', ".properties.");
    if find(members, &path).is_some_and(|schema| schema["type"] == "array") {
        put(members, &format!("{path}.uniqueItems"), true.into());
    }
}
