//! Compares responses with the `OpenAPI` document: status and media type are described, and the body
//! has exactly the described members with the described types.

use std::sync::OnceLock;

use doorward_identity_server::json_api::document_text;
use doorward_testkit::Page;
use serde_json::Value;

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(document_text()).expect("the document"))
}

/// Asserts that the document describes this response.
#[track_caller]
pub fn hold(method: &str, path: &str, page: &Page) {
    let Some(operation) = operation(method, path) else {
        assert!(
            [404, 405, 414].contains(&page.status),
            "{method} {path}: {}",
            page.dump()
        );
        return;
    };
    let responses = &operation["responses"];
    let status = page.status.to_string();
    let described = match responses.get(&status) {
        Some(described) => described,
        None if page.status >= 400 => &responses["default"],
        None => panic!("{method} {path}: {status} is not described"),
    };
    let Some(content) = described.get("content").and_then(Value::as_object) else {
        assert!(page.body.is_empty(), "{method} {path}: {}", page.dump());
        return;
    };
    let kind = page.header("content-type").unwrap_or_default();
    let media = content.get(kind);
    let media = media.unwrap_or_else(|| panic!("{method} {path}: {kind} is not described"));
    let value: Value = serde_json::from_slice(&page.body).expect("JSON");
    if let Err(why) = check(&media["schema"], &value, page.status >= 400, "") {
        panic!("{method} {path} {status}: {why}\n{value}");
    }
}

fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let parts: Vec<&str> = path.split('/').collect();
    let paths = document()["paths"].as_object()?;
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        let pairs = template.iter().zip(&parts);
        template.len() == parts.len()
            && pairs.fold(true, |fits, (item, other)| {
                fits && (item == other || item.starts_with('{'))
            })
    };
    let (_, item) = paths.iter().find(|(template, _)| fits(template))?;
    item.get(method.to_lowercase())
}

/// Compares a value with a schema. `open` allows more members, for problems (RFC 9457 §3.2).
fn check(schema: &Value, value: &Value, open: bool, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let target = document().pointer(pointer);
        let target = target.ok_or_else(|| format!("{reference} is not in the document"))?;
        return check(target, value, open, at);
    }
    if let Some(list) = schema["oneOf"].as_array() {
        let fits = list
            .iter()
            .filter(|item| check(item, value, open, at).is_ok());
        return match fits.count() {
            1 => Ok(()),
            count => Err(format!("{at}: {count} of oneOf fit")),
        };
    }
    if !is_of_type(&schema["type"], value) {
        return Err(format!("{at}: {value} is not {}", schema["type"]));
    }
    match value {
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            check(&schema["items"], item, open, &format!("{at}/{index}"))
        }),
        Value::Object(members) => {
            let Some(properties) = schema["properties"].as_object() else {
                return Ok(());
            };
            for name in schema["required"].as_array().into_iter().flatten() {
                let name = name.as_str().unwrap_or_default();
                if !members.contains_key(name) {
                    return Err(format!("{at}: no {name}"));
                }
            }
            members
                .iter()
                .try_for_each(|(name, member)| match properties.get(name) {
                    Some(schema) => check(schema, member, open, &format!("{at}/{name}")),
                    None if open => Ok(()),
                    None => Err(format!("{at}/{name} is not described")),
                })
        }
        _ => Ok(()),
    }
}

fn is_of_type(kinds: &Value, value: &Value) -> bool {
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match kinds {
        Value::Null => true,
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}
