//! `GET /avatars/{id}.png`: pictures that people uploaded, for whoever was told the address (the
//! `picture` claim).

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName,
};
use actix_web::web::{Data, Path, ServiceConfig, get, head, resource, to};
use doorward_domain::model::AvatarId;

use super::page::Page;
use super::pages;
use crate::flow::avatar;
use crate::state::State;

/// One picture has one address; after it is removed, copies go within the hour.
const CACHED: &str = "public, max-age=3600";
/// Whatever the bytes are: opened as a page, they may do nothing (BR-7).
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Registers the address.
pub fn configure(config: &mut ServiceConfig) {
    config.service(
        resource("/avatars/{id}.png")
            .route(get().to(serve))
            .route(head().to(serve))
            .default_service(to(HttpResponse::MethodNotAllowed)),
    );
}

async fn serve(state: Data<State>, id: Path<String>, page: Page) -> HttpResponse {
    let Some(id) = AvatarId::parse(&id) else {
        return pages::not_found(page).await;
    };
    match avatar::find(&state, &id).await {
        Ok(Some(png)) => HttpResponse::Ok()
            .content_type("image/png")
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"picture.png\""))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            // Apps show it on pages of their own.
            .insert_header((RESOURCE_POLICY, "cross-origin"))
            .insert_header((CACHE_CONTROL, CACHED))
            .body(png),
        Ok(None) => pages::not_found(page).await,
        Err(fault) => page.fault(&fault),
    }
}
