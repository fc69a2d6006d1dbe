//! Which answers scripts of other origins may read (SECURITY OA-29).

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue,
};

/// Who may read the answers of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    /// Any origin, without credentials: public documents.
    Everybody,
    /// Scripts of this origin only.
    Ourselves,
    // Registered origins, for the token, userinfo and revocation endpoints, belong here once
    // clients register origins: decided by the client, never by reflecting `Origin`.
}

fn readers(path: &str) -> Readers {
    match path {
        "/.well-known/openid-configuration"
        | "/.well-known/oauth-authorization-server"
        | "/oauth2/jwks" => Readers::Everybody,
        _ => Readers::Ourselves,
    }
}

/// Whether any origin may read this document.
pub(super) fn is_public(path: &str) -> bool {
    readers(path) == Readers::Everybody
}

/// The answer to a preflight request for a public document.
pub(super) fn preflight(request: &ServiceRequest) -> Option<HttpResponse> {
    let asked = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    (asked && is_public(request.path())).then(|| {
        HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "*"))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
            .finish()
    })
}

/// Marks public documents. Credentials are never allowed.
pub(super) fn allow<B>(response: &mut HttpResponse<B>, path: &str) {
    if is_public(path) {
        let everybody = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    }
}
