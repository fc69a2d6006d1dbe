//! The stored form of a denial: of the caller's memberships and attributes only the part that
//! decided, in a bounded number of bytes.

use std::collections::BTreeSet;

use doorward_protocol::displayed_text::is_hidden;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Maximum size of a stored record in bytes.
pub(super) const MAX_RECORD: usize = 4096;
/// Maximum number of items of a list and bytes of a text, from the first that is tried to the one that
/// always fits.
const LIMITS: [(usize, usize); 5] = [(16, 512), (8, 256), (4, 128), (2, 64), (1, 24)];

/// Returns the record as JSON of at most [`MAX_RECORD`] bytes. Lists of the caller begin with the items
/// that the object or a rule names; `omitted` counts the others that are left out.
pub(super) fn bounded(mut record: Value) -> String {
    let named = named(&record);
    for (items, bytes) in LIMITS {
        let omitted = omit(&mut record, &named, items);
        shorten(&mut record, items, bytes);
        if let (Some(inputs), false) = (record["inputs"].as_object_mut(), omitted.is_empty()) {
            add(inputs, omitted);
        }
        let text = record.to_string();
        if text.len() <= MAX_RECORD {
            return text;
        }
    }
    // Not reached with the members that records have.
    json!({"missing": record["missing"][0]["code"], "shortened": true}).to_string()
}

/// Returns every text of the object, and the permissions that rules need.
fn named(record: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&record["inputs"]["object"], &mut found);
    for rules in ["decided_by", "would_permit"] {
        for rule in record[rules].as_array().into_iter().flatten() {
            collect(&rule["needs"], &mut found);
        }
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// Leaves the first `limit` items of each list of the caller, those that are named first. Of IDs, such as
/// the projects of a member, only named ones can have decided. Returns the numbers of the others.
fn omit(record: &mut Value, named: &BTreeSet<String>, limit: usize) -> Map<String, Value> {
    let mut omitted = Map::new();
    let person = record["inputs"]["person"].as_object_mut();
    for (name, value) in person.into_iter().flatten() {
        let Value::Array(items) = value else {
            continue;
        };
        let all = items.len();
        let is_named = |item: &Value| item.as_str().is_some_and(|text| named.contains(text));
        let is_id = |item: &Value| {
            item.as_str()
                .is_some_and(|text| Uuid::try_parse(text).is_ok())
        };
        items.retain(|item| is_named(item) || !is_id(item));
        items.sort_by_key(|item| !is_named(item));
        items.truncate(limit);
        if items.len() < all {
            omitted.insert(name.clone(), (all - items.len()).into());
        }
    }
    omitted
}

fn add(inputs: &mut Map<String, Value>, omitted: Map<String, Value>) {
    let total = inputs.entry("omitted").or_insert_with(|| json!({}));
    for (name, number) in omitted {
        let before = total[&name].as_u64().unwrap_or(0);
        total[&name] = (before + number.as_u64().unwrap_or(0)).into();
    }
}

/// Shortens each list to this number of items, and each text to this number of bytes.
fn shorten(value: &mut Value, items: usize, bytes: usize) {
    match value {
        Value::String(text) if text.len() > bytes => {
            text.truncate(text.floor_char_boundary(bytes));
            // A control character has six bytes in JSON.
            text.retain(|c| !is_hidden(c));
            text.push('…');
        }
        Value::Array(list) => {
            list.truncate(items);
            for item in list {
                shorten(item, items, bytes);
            }
        }
        Value::Object(members) => {
            for item in members.values_mut() {
                shorten(item, items, bytes);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
