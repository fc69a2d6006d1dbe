//! Serves the style sheet, the script and the icon. Their URLs contain the hash of their content,
//! so they are cacheable indefinitely.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use doorward_templates::assets;

use super::oauth::endpoint::method_not_allowed;

/// RFC 8246: the URL changes with the content, so browsers need not revalidate.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Registers the files. A URL with an unknown or older hash stays unrouted and receives the
/// application's 404.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for (url, content_type, body) in assets::all() {
        let serve = move || async move {
            HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, content_type))
                .insert_header((CACHE_CONTROL, IMMUTABLE))
                .body(body)
        };
        cfg.service(
            web::resource(url)
                .route(web::get().to(serve))
                .route(web::head().to(serve))
                .default_service(method_not_allowed("GET, HEAD")),
        );
    }
}

#[cfg(test)]
mod tests;
