//! JSON of other servers, read leniently: an unused member cannot make a document unusable.
//!
//! For documents whose members are checked one by one where they are used. What a client sends is
//! read by [`super::strict_json`].

use serde_json::{Map, Value};

/// Reads a JSON object, also behind a byte order mark (RFC 8259 §8.1). Of two members of a name the
/// last one counts (RFC 7519 §4).
pub fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    serde_json::from_slice(bytes).ok()
}

/// Returns a text that is not empty.
pub fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members
        .get(name)?
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

/// Returns true if a member has a value: null and an empty text are none.
pub fn has_value(members: &Map<String, Value>, name: &str) -> bool {
    match members.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

/// Returns true for `true`, and for the same as a text.
pub fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Returns the texts of a list, or a single text as a list of one. Other items are left out.
pub fn texts(value: Option<&Value>) -> Option<Vec<&str>> {
    match value? {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// Returns a `NumericDate` in whole seconds (RFC 7519 §2): a number, which may be decimal.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds, and the bounds are checked"
)]
pub fn numeric_date(value: Option<&Value>) -> Option<i64> {
    /// The year 9999.
    const LATEST: f64 = 253_402_300_799.0;
    let value = value?;
    let decimal = || {
        let seconds = value.as_f64()?;
        (0.0..=LATEST).contains(&seconds).then_some(seconds as i64)
    };
    value.as_i64().or_else(decimal)
}

#[cfg(test)]
mod tests;
