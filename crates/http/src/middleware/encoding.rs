//! Content encodings of responses.

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding, Encoding};

/// Removes an `Accept-Encoding` that accepts no available encoding, so that the response is sent
/// unencoded, as RFC 9110 §15.5.7 permits. The library would answer 406 in a format of no endpoint.
pub(super) fn normalize(request: &mut ServiceRequest) {
    let ours = [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];
    let accepted = request.get_header::<AcceptEncoding>();
    if accepted.is_some_and(|accepted| accepted.negotiate(ours.iter()).is_none()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}
