//! Content encodings of responses.

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding};

use crate::document::ENCODINGS;

/// Removes an `Accept-Encoding` that accepts no available encoding, so that the response is sent
/// unencoded, as RFC 9110 §15.5.7 permits. The library would answer 406 in a format of no endpoint.
pub(super) fn normalize(request: &mut ServiceRequest) {
    let mut sent = request.headers().get_all(ACCEPT_ENCODING);
    // Only a weight of zero can exclude the identity encoding (RFC 9110 §12.5.3).
    if !sent.any(|sent| sent.as_bytes().windows(2).any(|pair| pair == b"=0")) {
        return;
    }
    let accepted = request.get_header::<AcceptEncoding>();
    if accepted.is_some_and(|accepted| accepted.negotiate(ENCODINGS.iter()).is_none()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}
