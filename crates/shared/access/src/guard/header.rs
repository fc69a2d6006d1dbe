//! Header fields that may occur only once.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};

/// A duplicate of a header field that must be unique.
pub(super) struct Twice;

/// Returns the only header field of this name, if any; a duplicate is an error (RFC 6750 §3.1).
pub(super) fn only<'a>(
    request: &'a HttpRequest,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Twice> {
    let mut fields = request.headers().get_all(name);
    match (fields.next(), fields.next()) {
        (_, Some(_)) => Err(Twice),
        (field, None) => Ok(field),
    }
}
