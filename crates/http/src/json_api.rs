//! The JSON API: `/api/…`, described by `/api/openapi.json` and `docs/reference/openapi.json`.

use actix_web::web::ServiceConfig;

use crate::api::Endpoints;
use crate::api::openapi::{self, Document};

static DOCUMENT: Document = Document::new(|| openapi::document(|config| register(config)));

/// Registers the API below `/api`.
pub fn configure(config: &mut ServiceConfig) {
    crate::api::configure(config, &DOCUMENT, |config| register(config));
}

/// Registers the endpoints of each part.
fn register(config: &mut impl Endpoints) {
    config
        .service(openapi::show)
        .configure(crate::api::auth::configure)
        .configure(crate::api::admin::configure);
}

/// Returns the `OpenAPI` 3.1 document as JSON, as served and committed.
pub fn document_text() -> &'static str {
    DOCUMENT.text()
}

#[cfg(test)]
mod tests;
