//! Responses of the protocol's endpoints: not stored, and for methods that an endpoint rejects.

use actix_web::http::header::PRAGMA;

use crate::prelude::*;

/// Returns a response that must not be stored (RFC 6749 §5.1).
pub fn no_store(status: StatusCode) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((PRAGMA, HeaderValue::from_static("no-cache")));
    builder
}

pub fn method_not_allowed(allowed: &'static str) -> Route {
    actix_web::web::to(move || async move {
        let error = OAuthError::invalid_request("the endpoint does not support this method");
        no_store(StatusCode::METHOD_NOT_ALLOWED)
            .insert_header((ALLOW, allowed))
            .json(error)
    })
}
