//! Header fields: the only one of a name, its text, and the size of all.

use actix_web::http::header::{AsHeaderName, HeaderMap, HeaderValue};

/// The error for a field that occurs several times, or is not text where text is required.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable;

/// Returns the value of a field; `None` without it.
pub fn only(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&HeaderValue>, Unreadable> {
    let mut fields = headers.get_all(name);
    match (fields.next(), fields.next()) {
        (field, None) => Ok(field),
        _ => Err(Unreadable),
    }
}

/// Returns the value of a field like [`only`], as text.
pub fn only_text(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&str>, Unreadable> {
    let field = only(headers, name)?.map(HeaderValue::to_str);
    field.transpose().map_err(|_| Unreadable)
}

/// Returns the first field of a name as text; `None` for another encoding.
pub fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the size of the header section in bytes: names and values.
pub fn size(headers: &HeaderMap) -> usize {
    let fields = headers.iter();
    fields
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}
