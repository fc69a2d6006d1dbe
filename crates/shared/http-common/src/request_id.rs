//! The request ID in the response and the log.

use actix_web::http::header::{HeaderName, HeaderValue};

pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX: usize = 64;

/// Returns the ID that a trusted proxy sent, if it is short and plain.
pub fn parse(value: Option<&HeaderValue>) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let id = value?.to_str().ok()?;
    ((8..=MAX).contains(&id.len()) && id.chars().all(plain)).then_some(id)
}
