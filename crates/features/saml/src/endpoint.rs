//! The routes of the feature.

use actix_web::web::{Data, ServiceConfig, get, resource};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL};
use doorward_web::oauth_response::method_not_allowed;
use doorward_web::page_route;
use doorward_web::page_support::{form_page, form_resource, page_resource};
use doorward_web::web_context::WebContext;

use crate::{own_keys, sign_in, sign_out, visits};
use doorward_saml_protocol::metadata::OwnAddresses;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            form_page("/saml/sso")
                .route(page_route::get(sign_in::get))
                .route(page_route::post(sign_in::post)),
        )
        .service(page_resource("/saml/start/{id}", sign_in::unsolicited))
        .service(form_resource("/saml/logout", sign_out::get, sign_out::post))
        .service(page_resource(visits::PATH, sign_out::visit))
        .service(
            resource("/saml/metadata")
                .route(get().to(show_metadata))
                .default_service(method_not_allowed("GET, HEAD")),
        );
}

async fn show_metadata(web: Data<WebContext>) -> HttpResponse {
    let own = OwnAddresses::new(web.context.core.issuer());
    let published = own_keys::published(&web.context).await;
    match published.and_then(|keys| own_keys::metadata(&own, &keys)) {
        Ok(metadata) => HttpResponse::Ok()
            .content_type("application/samlmetadata+xml")
            .insert_header((CACHE_CONTROL, "public, max-age=300"))
            .body(metadata),
        Err(error) => {
            tracing::error!(%error, "metadata not written");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}
