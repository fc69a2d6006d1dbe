//! Serves the style sheet, the script and the icon. Their addresses contain the hash of their content, so that
//! they are cacheable for ever.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use doorward_templates::assets;

use super::oauth::endpoint::method_not_allowed;

/// RFC 8246: the address changes with the content, so nobody need ask again.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Mounts the files. An address with an unknown or older hash stays unrouted: the application's
/// own 404 answers.
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
