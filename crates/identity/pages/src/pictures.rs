//! Uploaded pictures: `GET /avatars/{id}.png` of users, whose URL is in the claim `picture`, and
//! `GET /logos/{id}.png` of clients.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName,
};
use actix_web::web::{Path, ServiceConfig, get, resource, to};
use doorward_domain::model::{AvatarId, LogoId};
use doorward_services::picture;
use doorward_web::page_support;

use super::prelude::*;

/// A picture has an immutable URL; after its removal, caches drop it within an hour.
const CACHED: &str = "public, max-age=3600";
/// If opened as a page, the bytes may do nothing, whatever they are.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            resource("/avatars/{id}.png")
                .route(get().to(avatar))
                .default_service(to(page_support::get_only)),
        )
        .service(
            resource("/logos/{id}.png")
                .route(get().to(logo))
                .default_service(to(page_support::get_only)),
        );
}

async fn avatar(id: Path<String>, page: Page) -> HttpResponse {
    let found = match AvatarId::parse(&id) {
        Some(id) => picture::avatar(&page.context.core, &id).await,
        None => Ok(None),
    };
    serve(found, &page)
}

async fn logo(id: Path<String>, page: Page) -> HttpResponse {
    let found = match LogoId::parse(&id) {
        Some(id) => picture::logo(&page.context.core, &id).await,
        None => Ok(None),
    };
    serve(found, &page)
}

fn serve(found: Result<Option<Vec<u8>>, ServerError>, page: &Page) -> HttpResponse {
    match found {
        Ok(Some(png)) => HttpResponse::Ok()
            .content_type("image/png")
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"picture.png\""))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            // Clients show it on their own pages.
            .insert_header((RESOURCE_POLICY, "cross-origin"))
            .insert_header((CACHE_CONTROL, CACHED))
            .body(png),
        Ok(None) => page.error(ErrorKind::NotFound, None),
        Err(error) => page.server_error(&error),
    }
}
