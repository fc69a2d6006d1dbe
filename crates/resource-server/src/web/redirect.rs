//! Redirects of the browser.

use actix_web::HttpResponse;
use actix_web::http::header;

/// RFC 9110 §15.4.4: the browser goes on with GET, whatever it came with.
pub(super) fn see_other(target: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target))
        .finish()
}
