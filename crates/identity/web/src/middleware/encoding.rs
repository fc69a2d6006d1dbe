//! Content encodings of responses.

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding};

use crate::cors;
use crate::document::ENCODINGS;

/// Protocol endpoints that respond with pages.
const PAGES: [&str; 2] = ["/oauth2/authorize", "/oauth2/logout"];

/// Removes an `Accept-Encoding` if the response is to be sent unencoded: that of a protocol endpoint,
/// and one for which the request accepts no available encoding, as RFC 9110 §15.5.7 permits. The
/// library would answer the latter with 406 in a format of no endpoint.
pub(super) fn normalize(request: &mut ServiceRequest) {
    if has_tokens(request.path()) || accepts_none(request) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}

/// Returns true if the responses of an endpoint contain tokens or claims. They are short and mostly
/// random, so that compressing them costs more time than it saves, and the length of a compressed
/// secret reveals its similarity to the input beside it (BREACH).
fn has_tokens(path: &str) -> bool {
    path.starts_with("/oauth2/") && !cors::is_public(path) && !PAGES.contains(&path)
}

fn accepts_none(request: &ServiceRequest) -> bool {
    let mut sent = request.headers().get_all(ACCEPT_ENCODING);
    // Only a weight of zero can exclude the identity encoding (RFC 9110 §12.5.3).
    if !sent.any(|sent| sent.as_bytes().windows(2).any(|pair| pair == b"=0")) {
        return false;
    }
    let accepted = request.get_header::<AcceptEncoding>();
    accepted.is_some_and(|accepted| accepted.negotiate(ENCODINGS.iter()).is_none())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::page("/login", "gzip", true)]
    #[case::page_of_protocol("/oauth2/authorize", "gzip", true)]
    #[case::document("/oauth2/jwks", "gzip", true)]
    #[case::tokens("/oauth2/token", "gzip, deflate", false)]
    #[case::claims("/oauth2/userinfo", "gzip", false)]
    #[case::introspection("/oauth2/introspect", "gzip", false)]
    #[case::registration("/oauth2/register/abc", "gzip", false)]
    #[case::nothing_acceptable("/login", "br, identity;q=0", false)]
    #[case::compressed_only("/login", "gzip, identity;q=0", true)]
    fn removes_unusable_encodings(#[case] path: &str, #[case] sent: &str, #[case] is_kept: bool) {
        let request = TestRequest::with_uri(path).insert_header((ACCEPT_ENCODING, sent));
        let mut request = request.to_srv_request();
        normalize(&mut request);
        assert_eq!(request.headers().contains_key(ACCEPT_ENCODING), is_kept);
    }
}
