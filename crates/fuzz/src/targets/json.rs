//! JSON with one meaning only (RFC 8259 §4, RFC 8725 §2.4): what is read is what a second reader reads, and
//! what it refuses is refused.

use doorward_protocol::strict_json;
use serde_json::Value;

use crate::{
    Target,
    json::{self, Json},
};

/// See above. An input is a text.
pub const TARGET: Target = Target {
    name: "json",
    run,
    words: &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\":",
        "\"\\u0061\":",
        "\"\\ud83d\\ude00\"",
        "\\ud800",
        "null",
        "true",
        "-0",
        "1e999",
        "1E-2",
        "0.10",
        "01",
        "\u{feff}",
        "\\/",
        " ",
        "\t",
        "\0",
    ],
};

fn run(input: &[u8]) {
    let one = strict_json::parse(input).ok();
    let other = json::parse(input).filter(|value| is_in_range(value));
    match (&one, &other) {
        (Some(one), Some(other)) => assert!(is_same(one, other), "{one:?} {other:?}"),
        _ => assert_eq!(one.is_some(), other.is_some(), "{one:?} {other:?}"),
    }
    let is_object = matches!(other, Some(Json::Object(_)));
    assert_eq!(strict_json::parse_object(input).is_ok(), is_object);
    if let Some(value) = one {
        let written = serde_json::to_vec(&value).unwrap();
        assert_eq!(strict_json::parse(&written).unwrap(), value);
        let has_nul = other.is_some_and(|value| holds_nul(&value));
        assert_eq!(strict_json::holds_nul(&value), has_nul);
    }
}

/// A number beyond the largest has no value that programs agree on (RFC 8259 §6).
fn is_in_range(value: &Json) -> bool {
    match value {
        Json::Number(text) => text.parse::<f64>().is_ok_and(f64::is_finite),
        Json::List(items) => items.iter().all(is_in_range),
        Json::Object(members) => members.iter().all(|(_, value)| is_in_range(value)),
        Json::Null | Json::Bool(_) | Json::Text(_) => true,
    }
}

fn is_same(one: &Value, other: &Json) -> bool {
    match (one, other) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(one), Json::Bool(other)) => one == other,
        (Value::String(one), Json::Text(other)) => one == other,
        (Value::Number(one), Json::Number(other)) => match one.as_i64() {
            Some(whole) => other.parse() == Ok(whole),
            None => one.as_f64().zip(other.parse().ok()).is_some_and(is_near),
        },
        (Value::Array(one), Json::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && other
                    .iter()
                    .all(|(name, value)| one.get(name).is_some_and(|own| is_same(own, value)))
        }
        _ => false,
    }
}

/// The library reads fractions to the last bit but one or two.
fn is_near((one, other): (f64, f64)) -> bool {
    (one - other).abs() <= one.abs() * 1e-15
}

fn holds_nul(value: &Json) -> bool {
    match value {
        Json::Text(text) => text.contains('\0'),
        Json::List(items) => items.iter().any(holds_nul),
        Json::Object(members) => {
            let mut members = members.iter();
            members.any(|(name, value)| name.contains('\0') || holds_nul(value))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}
