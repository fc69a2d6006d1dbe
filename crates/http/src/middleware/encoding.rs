//! In which encodings an answer may go out.

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding, Encoding};

/// Whoever takes no encoding that there is, not even none, is answered without one: a server may send
/// what it has (RFC 9110 §15.5.7). Left to itself the library answers 406, in the form of no endpoint.
pub(super) fn settle(request: &mut ServiceRequest) {
    let ours = [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];
    let accepted = request.get_header::<AcceptEncoding>();
    if accepted.is_some_and(|accepted| accepted.negotiate(ours.iter()).is_none()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}
