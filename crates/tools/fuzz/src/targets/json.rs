//! Unambiguous JSON (RFC 8259 §4, RFC 8725 §2.4): a second implementation reads the same values,
//! and rejects the same texts.

use doorward_protocol::strict_json;

use crate::json::{self, Json};
use crate::target::Target;

/// Target for JSON. An input is a text.
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
    let item = strict_json::parse(input).ok();
    let other = json::parse(input);
    // For numbers near the largest float, acceptance depends on rounding.
    let largest = other.as_ref().map_or(0.0, largest);
    if largest.is_finite() && largest > 1.79e308 {
        return;
    }
    let other = other.filter(|_| largest.is_finite());
    assert_eq!(item.is_some(), other.is_some(), "{item:?} {other:?}");
    let is_object = matches!(other, Some(Json::Object(_)));
    assert_eq!(strict_json::parse_object(input).is_ok(), is_object);
    let (Some(item), Some(other)) = (item, other) else {
        return;
    };
    let written = item.to_string();
    let read = json::parse(written.as_bytes()).unwrap();
    assert!(is_same(&read, &other), "{read:?} {other:?}");
    let again = strict_json::parse(written.as_bytes()).unwrap();
    let again = json::parse(again.to_string().as_bytes()).unwrap();
    assert!(is_same(&again, &other), "{again:?} {other:?}");
    assert_eq!(strict_json::holds_nul(&item), holds_nul(&other));
}

/// Returns the largest absolute number in a value: infinity beyond the range of a float (RFC 8259
/// §6).
fn largest(value: &Json) -> f64 {
    match value {
        Json::Number(text) => text.parse().map_or(f64::INFINITY, f64::abs),
        Json::List(items) => items.iter().map(largest).fold(0.0, f64::max),
        Json::Object(members) => members
            .iter()
            .map(|(_, value)| largest(value))
            .fold(0.0, f64::max),
        Json::Null | Json::Bool(_) | Json::Text(_) => 0.0,
    }
}

fn is_same(item: &Json, other: &Json) -> bool {
    match (item, other) {
        (Json::Number(item), Json::Number(other)) => {
            item == other
                || item
                    .parse()
                    .ok()
                    .zip(other.parse().ok())
                    .is_some_and(is_near)
        }
        (Json::List(item), Json::List(other)) => {
            item.len() == other.len() && item.iter().zip(other).all(|(a, b)| is_same(a, b))
        }
        (Json::Object(members), Json::Object(others)) => {
            members.len() == others.len()
                && others
                    .iter()
                    .all(|(name, value)| item.get(name).is_some_and(|own| is_same(own, value)))
        }
        _ => item == other,
    }
}

/// Returns true if two numbers differ by at most two units in the last place, which is the
/// library's precision.
fn is_near((item, other): (f64, f64)) -> bool {
    (item - other).abs() <= item.abs().mul_add(1e-15, f64::MIN_POSITIVE)
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
