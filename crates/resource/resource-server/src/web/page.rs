//! Parts shared by all pages: the style sheet, the security policy, and redirects.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use sha2::{Digest, Sha256};

pub(super) const CSS: &str = include_str!("../../static/tasks.css");

/// Path of the style sheet, which contains its hash, so that browsers can cache it permanently.
pub(super) static CSS_PATH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = String::new();
    for byte in &Sha256::digest(CSS.as_bytes())[..8] {
        let _ = write!(hash, "{byte:02x}");
    }
    format!("/web/tasks.{hash}.css")
});

/// The content security policy of pages: one style sheet. It has no `form-action`: browsers apply
/// that to every redirect that follows a form post, and the issuer, to which signing out leads, may
/// redirect to any other origin (decision 94).
const CSP: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; \
     frame-ancestors 'none'";

pub(super) fn respond(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .body(html)
}

/// Redirects with 303: the browser continues with GET after any method (RFC 9110 §15.4.4).
pub(super) fn see_other(target: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target))
        .finish()
}
