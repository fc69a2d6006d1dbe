//! Serves the style sheets, the scripts and the icon, and the files of the brand. Their URLs contain
//! the hash of their content, so they are cacheable indefinitely.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_services::own_brand;
use doorward_templates::{ErrorKind, assets};
use doorward_web::document::{Document, DocumentFields, IMMUTABLE};
use doorward_web::oauth_response::method_not_allowed;
use doorward_web::page::Page;
use doorward_web::page_support::get_only;
use doorward_web::web_context::brand_document;

/// The files, in the order of [`assets::all`], prepared on the first request for one.
static FILES: LazyLock<[Document; 7]> = LazyLock::new(|| {
    assets::all().map(|(_, content_type, body)| {
        let fields = DocumentFields {
            content_type,
            cache_control: IMMUTABLE,
            vary: None,
        };
        Document::new(fields, body)
    })
});

/// Registers the files. A URL with an unknown or older hash stays unrouted and receives the
/// application's 404.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for (index, (url, ..)) in assets::all().into_iter().enumerate() {
        let serve = move |request: HttpRequest| async move { FILES[index].respond(&request) };
        cfg.service(
            web::resource(url)
                .route(web::get().to(serve))
                .default_service(method_not_allowed("GET, HEAD")),
        );
    }
    cfg.service(
        web::resource("/static/logos/{name}")
            .route(web::get().to(logo))
            .default_service(web::to(get_only)),
    );
    cfg.service(
        web::resource("/brand/{id}")
            .route(web::get().to(brand))
            .default_service(web::to(get_only)),
    );
}

/// Serves the logo of an application.
async fn logo(page: Page) -> HttpResponse {
    match assets::logos::find(page.request.path()) {
        Some((content_type, body)) => {
            let fields = DocumentFields {
                content_type,
                cache_control: IMMUTABLE,
                vary: None,
            };
            Document::new(fields, body).respond(&page.request)
        }
        None => page.error(ErrorKind::NotFound, None),
    }
}

/// Serves a file of the brand by its name.
async fn brand(id: web::Path<String>, page: Page) -> HttpResponse {
    if let Some(document) = page.web.brand_files.get(&*id) {
        return document.respond(&page.request);
    }
    match own_brand::file(&page.context.core, &id).await {
        Ok(Some(file)) => brand_document(file).respond(&page.request),
        Ok(None) => page.error(ErrorKind::NotFound, None),
        Err(error) => page.server_error(&error),
    }
}

#[cfg(test)]
mod tests;
