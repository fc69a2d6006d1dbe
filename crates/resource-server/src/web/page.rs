//! Parts shared by all pages: the style sheet and the security policy.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use sha2::{Digest, Sha256};

/// The style sheet.
pub(super) const CSS: &str = include_str!("../../static/tasks.css");

/// Path of the style sheet, which contains its hash, so that browsers can cache it permanently.
pub(super) static CSS_PATH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = String::new();
    for byte in &Sha256::digest(CSS.as_bytes())[..8] {
        let _ = write!(hash, "{byte:02x}");
    }
    format!("/web/tasks.{hash}.css")
});

/// Returns the content security policy of pages: one style sheet, and forms that may be sent to
/// this site and to `further` targets. The response to the sign-out form redirects to the issuer,
/// and browsers apply `form-action` to that as well.
pub(super) fn csp(further: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {further}"
    )
}

/// Responds with a page and its policy.
pub(super) fn respond(status: StatusCode, csp: &str, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, csp))
        .body(html)
}
