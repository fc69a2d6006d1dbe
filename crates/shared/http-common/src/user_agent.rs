//! The `User-Agent` header in logs and audit events.

use std::borrow::Cow;

use actix_web::http::header::{HeaderMap, HeaderValue, USER_AGENT};
use doorward_protocol::displayed_text::is_hidden;

#[cfg(test)]
mod tests;

/// Maximum length in bytes.
const MAX_LENGTH: usize = 255;

/// Returns the `User-Agent` header, shortened and without control and invisible characters; empty if absent.
pub fn from_headers(headers: &HeaderMap) -> String {
    from_value(headers.get(USER_AGENT)).into_owned()
}

/// Returns the value of a `User-Agent` header, shortened and without control and invisible characters; empty if
/// absent.
pub fn from_value(value: Option<&HeaderValue>) -> Cow<'_, str> {
    value
        .map(|value| shorten(value.as_bytes()))
        .unwrap_or_default()
}

/// Shortens text to [`MAX_LENGTH`] bytes at a character boundary and removes those characters.
fn shorten(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if text.len() <= MAX_LENGTH && !text.contains(is_hidden) {
        return text;
    }
    let mut text = text.into_owned();
    text.retain(|c| !is_hidden(c));
    text.truncate(text.floor_char_boundary(MAX_LENGTH));
    Cow::Owned(text)
}
