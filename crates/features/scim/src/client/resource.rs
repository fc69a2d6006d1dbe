//! Users and groups as applications get them (RFC 7643 §4), and their differences: pure functions.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::prelude::*;
use doorward_rules::profile::{Field, text_of};
use doorward_scim_protocol::filter::find;
use doorward_scim_protocol::urn;
use uuid::{Uuid, Version};

/// The attributes that an application gets. A part of `name` has a dot.
pub(super) const ATTRIBUTES: [&str; 7] = [
    "userName",
    "externalId",
    "active",
    "displayName",
    "name.givenName",
    "name.familyName",
    "emails",
];
/// Attributes whose values differ only if they differ in more than case (RFC 7643 §4.1).
const CASELESS: [&str; 2] = ["userName", "emails"];

/// The values of a user by attribute.
pub(super) type Values = BTreeMap<&'static str, String>;

/// Attributes that the application has.
pub(super) type Supported = BTreeSet<&'static str>;

/// Returns the values of an active user here, with the `sub` that the application knows.
pub(super) fn wanted(user: &User, subject: &str) -> Values {
    let profile = |field| text_of(&user.profile, field).to_owned();
    let all = [
        ("userName", user.login_identifier().to_owned()),
        ("externalId", subject.to_owned()),
        ("active", "true".to_owned()),
        ("displayName", user.display_name()),
        ("name.givenName", profile(Field::GivenName)),
        ("name.familyName", profile(Field::FamilyName)),
        ("emails", user.email.clone()),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Returns the values that the application has of a user.
pub(super) fn seen(resource: &Map<String, Value>) -> Values {
    let mut values = Values::new();
    for attribute in ATTRIBUTES {
        let value = match attribute {
            "active" => is_active(resource).to_string(),
            "emails" => email(resource).unwrap_or_default(),
            _ => text(resource, attribute).unwrap_or_default(),
        };
        if !value.is_empty() {
            values.insert(attribute, value);
        }
    }
    values
}

/// Returns true unless the account is disabled. Some applications write booleans as texts.
pub(super) fn is_active(resource: &Map<String, Value>) -> bool {
    match find(resource, "active") {
        Some(Value::Bool(active)) => *active,
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("false"),
        _ => true,
    }
}

/// Returns a text, or a part of a complex attribute.
pub(super) fn text(resource: &Map<String, Value>, path: &str) -> Option<String> {
    let value = match path.split_once('.') {
        Some((name, part)) => find(find(resource, name)?.as_object()?, part),
        None => find(resource, path),
    };
    Some(value?.as_str()?.to_owned())
}

/// Returns the primary address, or else the first.
fn email(resource: &Map<String, Value>) -> Option<String> {
    let all = find(resource, "emails")?.as_array()?;
    let mut all = all.iter().filter_map(Value::as_object);
    let first = all.clone().next();
    let is_primary =
        |email: &&Map<String, Value>| find(email, "primary").is_some_and(|is| *is == true);
    text(all.find(is_primary).or(first)?, "value")
}

/// Returns the attributes that the schema of users lists; `None` if it is not that schema.
pub(super) fn supported(schema: &Map<String, Value>) -> Option<Supported> {
    let id = text(schema, "id")?;
    if !id.eq_ignore_ascii_case(urn::USER) {
        return None;
    }
    let mut names = BTreeSet::new();
    for attribute in find(schema, "attributes")?.as_array()? {
        let Some(attribute) = attribute.as_object() else {
            continue;
        };
        let name = text(attribute, "name")?.to_ascii_lowercase();
        let parts = find(attribute, "subAttributes").and_then(Value::as_array);
        for part in parts.into_iter().flatten().filter_map(Value::as_object) {
            if let Some(part) = text(part, "name") {
                names.insert(format!("{name}.{}", part.to_ascii_lowercase()));
            }
        }
        names.insert(name);
    }
    // Common attributes (RFC 7643 §3.1) are in no schema.
    let is_listed =
        |name: &&str| *name == "externalId" || names.contains(&name.to_ascii_lowercase());
    Some(ATTRIBUTES.into_iter().filter(is_listed).collect())
}

fn is_same(attribute: &str, one: Option<&String>, other: Option<&String>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) if CASELESS.contains(&attribute) => {
            one.to_lowercase() == other.to_lowercase()
        }
        _ => one == other,
    }
}

/// Returns the attributes to change. An identifier is never removed.
pub(super) fn differences(
    wanted: &Values,
    seen: &Values,
    supported: &Supported,
) -> Vec<&'static str> {
    let differs = |name: &&'static str| !is_same(name, wanted.get(name), seen.get(name));
    supported.iter().copied().filter(differs).collect()
}

/// Returns a text that is the same for users without differences.
pub(super) fn digest(values: &Values, supported: &Supported) -> String {
    let compared = values.iter().filter(|(name, _)| supported.contains(**name));
    let compared = compared.map(|(name, text)| {
        let is_caseless = CASELESS.contains(name);
        (
            *name,
            if is_caseless {
                text.to_lowercase()
            } else {
                text.clone()
            },
        )
    });
    doorward_admin::operator::version(&compared.collect::<Values>())
}

/// Puts values into a resource.
fn put(resource: &mut Map<String, Value>, attribute: &str, text: &str) {
    let value = match attribute {
        "active" => Value::Bool(text == "true"),
        "emails" => json!([{ "value": text, "type": "work", "primary": true }]),
        _ => text.into(),
    };
    match attribute.split_once('.') {
        Some((name, part)) => {
            let complex = resource.entry(name).or_insert_with(|| json!({}));
            if let Value::Object(parts) = complex {
                parts.insert(part.to_owned(), value);
            }
        }
        None => {
            resource.insert(attribute.to_owned(), value);
        }
    }
}

/// Returns the user as a new resource.
pub(super) fn document(wanted: &Values, supported: &Supported) -> Value {
    let mut resource = Map::new();
    resource.insert("schemas".to_owned(), json!([urn::USER]));
    for (attribute, text) in wanted.iter().filter(|(name, _)| supported.contains(**name)) {
        put(&mut resource, attribute, text);
    }
    resource.into()
}

/// Returns the body of a PATCH (RFC 7644 §3.5.2) for these attributes.
pub(super) fn patch(wanted: &Values, attributes: &[&'static str]) -> Value {
    let (mut replaced, mut operations) = (Map::new(), Vec::new());
    for attribute in attributes {
        match wanted.get(attribute) {
            Some(text) => put(&mut replaced, attribute, text),
            None => operations.push(json!({ "op": "remove", "path": attribute })),
        }
    }
    if !replaced.is_empty() {
        operations.insert(0, json!({ "op": "replace", "value": replaced }));
    }
    json!({ "schemas": [urn::PATCH], "Operations": operations })
}

/// Returns the whole resource for a PUT, for applications without PATCH: what they have, with these attributes changed.
pub(super) fn replacement(
    mut resource: Map<String, Value>,
    wanted: &Values,
    attributes: &[&'static str],
) -> Value {
    for attribute in attributes {
        match (wanted.get(attribute), attribute.split_once('.')) {
            (Some(text), _) => put(&mut resource, attribute, text),
            (None, Some((name, part))) => {
                if let Some(Value::Object(parts)) = resource.get_mut(name) {
                    parts.remove(part);
                }
            }
            (None, None) => {
                resource.remove(*attribute);
            }
        }
    }
    resource.remove("meta");
    resource.into()
}

/// Returns true for an identifier that only this server has given: then a user without a counterpart here has left. The
/// accounts of others are never changed.
pub(super) fn is_own(external: &str, is_pairwise: bool) -> bool {
    if is_pairwise {
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        return external.len() == 43 && external.bytes().all(is_digit);
    }
    let uuid = Uuid::try_parse(external).ok();
    external.len() == 36 && uuid.is_some_and(|uuid| uuid.get_version() == Some(Version::SortRand))
}

/// Returns the body of a PATCH that adds and removes members of a group.
pub(super) fn member_patch(added: &[String], removed: &[String]) -> Value {
    let mut operations = Vec::new();
    if !added.is_empty() {
        let members: Vec<Value> = added.iter().map(|id| json!({ "value": id })).collect();
        operations.push(json!({ "op": "add", "path": "members", "value": members }));
    }
    for id in removed {
        // The filter of a path has JSON texts (RFC 7644 §3.4.2.2).
        let path = format!("members[value eq {}]", Value::from(id.as_str()));
        operations.push(json!({ "op": "remove", "path": path }));
    }
    json!({ "schemas": [urn::PATCH], "Operations": operations })
}

#[cfg(test)]
mod tests;
