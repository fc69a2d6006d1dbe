//! Header fields that may stand in a request once.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};

/// A header field that may stand there once stands there twice.
pub(super) struct Twice;

/// The only header field of this name, if there is one; two are an error (RFC 6750 §3.1).
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
