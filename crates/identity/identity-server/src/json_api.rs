//! The JSON API: `/api/…`, described by `/api/openapi.json` and `docs/reference/openapi.json`.

use actix_web::web::ServiceConfig;
use doorward_web::api::Endpoints;
use doorward_web::api::openapi::{self, Document};

use crate::features;

static DOCUMENT: Document = Document::new(|| openapi::document(|config| register(config)));

pub(crate) fn configure(config: &mut ServiceConfig) {
    doorward_web::api::configure(config, &DOCUMENT, register);
}

fn register(config: &mut impl Endpoints) {
    features::install();
    config
        .service(openapi::show)
        .configure(doorward_account_api::configure)
        .configure(doorward_admin_api::configure);
}

/// Returns the `OpenAPI` 3.1 document as JSON, as served and committed.
pub fn document_text() -> &'static str {
    DOCUMENT.text()
}

#[cfg(test)]
mod tests;
