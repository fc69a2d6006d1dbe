//! HEAD, which every resource with GET supports (RFC 9110 §9.1): routes and handlers see GET, and the
//! HTTP library leaves out the body.

use crate::prelude::*;

/// Marks a request that was sent with HEAD.
struct SentHead;

/// Turns HEAD into GET.
pub(crate) fn normalize(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD {
        request.extensions_mut().insert(SentHead);
        request.head_mut().method = Method::GET;
    }
}

/// Returns true if the client sent HEAD, so that the body of the response is not read.
pub fn is_head(request: &HttpRequest) -> bool {
    request.extensions().contains::<SentHead>()
}

/// Returns the method as sent, which a DPoP proof contains (RFC 9449 §4.2 `htm`).
pub fn sent_method(request: &HttpRequest) -> String {
    if is_head(request) {
        return Method::HEAD.to_string();
    }
    request.method().to_string()
}
