//! The `User-Agent` header in logs and audit events.

use actix_web::http::header::{HeaderMap, HeaderValue, USER_AGENT};

#[cfg(test)]
mod tests;

/// Maximum length in bytes.
const MAX_LENGTH: usize = 255;

/// Returns the `User-Agent` header, shortened and without control characters; empty if absent.
pub fn from_headers(headers: &HeaderMap) -> String {
    from_value(headers.get(USER_AGENT))
}

/// Returns the value of a `User-Agent` header, shortened and without control characters; empty if
/// absent.
pub fn from_value(value: Option<&HeaderValue>) -> String {
    value
        .map(|value| shorten(value.as_bytes()))
        .unwrap_or_default()
}

/// Shortens text to [`MAX_LENGTH`] bytes at a character boundary and removes control characters.
fn shorten(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    text.retain(|c| !c.is_control());
    text.truncate(text.floor_char_boundary(MAX_LENGTH));
    text
}
