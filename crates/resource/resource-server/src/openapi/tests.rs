use std::collections::BTreeSet;

use super::*;

/// Returns the names of the schemas that a value refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("$ref", Value::String(target)) => {
                        let name = target.strip_prefix("#/components/schemas/");
                        found.insert(name.expect(target).to_owned());
                    }
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_has_schema_and_reverse() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    assert_eq!(found, names);
}

#[test]
fn required_members_are_described() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for member in schema["required"].as_array().into_iter().flatten() {
            let member = member.as_str().unwrap();
            assert!(
                schema["properties"].get(member).is_some(),
                "{name}.{member}"
            );
        }
    }
}

#[test]
fn every_operation_has_unique_name() {
    let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(names.len(), OPERATIONS.len());
    let places: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| (operation.method, operation.path))
        .collect();
    assert_eq!(places.len(), OPERATIONS.len());
}

#[test]
fn committed_document_equals_served_one() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/tasks-openapi.json"
    );
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let committed: Option<Value> = serde_json::from_str(&committed).ok();
    assert!(committed == Some(document()), "run `cargo xtask generate`");
}
