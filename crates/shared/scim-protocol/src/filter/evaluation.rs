//! The decision whether a resource fulfils a filter.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::tree::{AttributePath, Filter, Operator};
use crate::urn;

/// Attributes whose case matters (RFC 7643 §4, §8.7.1).
const EXACT: [&str; 5] = ["id", "externalId", "value", "$ref", "version"];
/// Attributes with a part `value` that is a text that users type, without regard of case.
const TYPED: [&str; 2] = ["emails", "phoneNumbers"];

/// Returns true for two forms of one name: the case does not matter (RFC 7643 §2.1).
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Returns the member with this name, in any case.
pub fn find<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut members = object.iter();
    let found = members.find(|(key, _)| is_same_name(key, name));
    found.map(|(_, value)| value)
}

/// Returns true if the resource, or the value of an attribute, fulfils the filter.
pub fn matches(filter: &Filter, resource: &Map<String, Value>) -> bool {
    Within { parent: "" }.matches(filter, resource)
}

#[derive(Clone, Copy)]
struct Within<'a> {
    /// Name of the attribute whose values are compared; empty for the resource.
    parent: &'a str,
}

impl Within<'_> {
    fn matches(self, filter: &Filter, object: &Map<String, Value>) -> bool {
        match filter {
            Filter::And(parts) => parts.iter().all(|part| self.matches(part, object)),
            Filter::Or(parts) => parts.iter().any(|part| self.matches(part, object)),
            Filter::Not(inner) => !self.matches(inner, object),
            Filter::Present(path) => values(path, object).any(is_present),
            Filter::Compare(path, Operator::NotEqual, wanted) => {
                let is_exact = self.is_exact(path);
                !values(path, object).any(|value| is_equal(value, wanted, is_exact))
            }
            Filter::Compare(path, operator, wanted) => {
                let is_exact = self.is_exact(path);
                if wanted.is_null() {
                    return !values(path, object).any(is_present);
                }
                values(path, object).any(|value| compare(value, *operator, wanted, is_exact))
            }
            Filter::Any(path, inner) => {
                let within = Within { parent: &path.name };
                let mut all = values(path, object);
                all.any(|value| match value {
                    Value::Object(value) => within.matches(inner, value),
                    _ => false,
                })
            }
        }
    }

    fn is_exact(self, path: &AttributePath) -> bool {
        let (parent, name) = match &path.sub {
            Some(sub) => (path.name.as_str(), sub.as_str()),
            None => (self.parent, path.name.as_str()),
        };
        let is_typed = TYPED.iter().any(|typed| is_same_name(typed, parent));
        !is_typed && EXACT.iter().any(|exact| is_same_name(exact, name))
    }
}

/// Returns the values of an attribute: each of several, and the part `value` of a complex one.
fn values<'a>(
    path: &'a AttributePath,
    object: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a Value> {
    let scope = match &path.schema {
        Some(schema) if is_core(schema) => Some(object),
        Some(schema) => find(object, schema).and_then(Value::as_object),
        None => Some(object),
    };
    let found = scope.and_then(|scope| find(scope, &path.name));
    let each: Vec<&Value> = match found {
        Some(Value::Array(all)) => all.iter().collect(),
        other => other.into_iter().collect(),
    };
    each.into_iter()
        .filter_map(move |value| match (&path.sub, value) {
            (Some(sub), Value::Object(parts)) => find(parts, sub),
            (Some(_), _) => None,
            (None, value) => Some(value),
        })
}

fn is_core(schema: &str) -> bool {
    [urn::USER, urn::GROUP]
        .iter()
        .any(|core| is_same_name(core, schema))
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn is_equal(value: &Value, wanted: &Value, is_exact: bool) -> bool {
    compare(value, Operator::Equal, wanted, is_exact)
}

fn compare(value: &Value, operator: Operator, wanted: &Value, is_exact: bool) -> bool {
    match (value, wanted) {
        // A complex value is compared by its part `value` (RFC 7644 §3.4.2.2).
        (Value::Object(parts), wanted) => {
            find(parts, "value").is_some_and(|value| compare(value, operator, wanted, is_exact))
        }
        (Value::String(value), Value::String(wanted)) if is_exact => {
            compare_texts(value, operator, wanted)
        }
        (Value::String(value), Value::String(wanted)) => {
            compare_texts(&value.to_lowercase(), operator, &wanted.to_lowercase())
        }
        // Entra writes booleans as texts.
        (Value::Bool(value), Value::String(wanted)) => {
            operator == Operator::Equal && wanted.eq_ignore_ascii_case(&value.to_string())
        }
        (Value::Number(value), Value::Number(wanted)) => {
            let order = value.as_f64().partial_cmp(&wanted.as_f64());
            order.is_some_and(|order| is_order(order, operator))
        }
        (value, wanted) => operator == Operator::Equal && value == wanted,
    }
}

fn compare_texts(value: &str, operator: Operator, wanted: &str) -> bool {
    match operator {
        Operator::Contains => value.contains(wanted),
        Operator::StartsWith => value.starts_with(wanted),
        Operator::EndsWith => value.ends_with(wanted),
        // Times have one form here, whose order is that of their texts.
        other => is_order(value.cmp(wanted), other),
    }
}

const fn is_order(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
    }
}
