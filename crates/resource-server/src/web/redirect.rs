//! Redirects of the browser.

use actix_web::HttpResponse;
use actix_web::http::header;

/// Redirects with 303: the browser continues with GET after any method (RFC 9110 §15.4.4).
pub(super) fn see_other(target: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target))
        .finish()
}
