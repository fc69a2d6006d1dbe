//! The endpoints of OAuth and OpenID Connect, one file each.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod authorize;
mod backchannel_authentication;
pub mod denial;
pub mod dev;
mod device_authorization;
mod discovery;
mod endpoint;
mod introspect;
mod jwks;
mod logout;
mod par;
mod prelude;
mod provider_logout;
mod register;
mod revoke;
mod token;
mod userinfo;

use actix_web::middleware::from_fn;
use actix_web::web::{Data, Payload, ServiceConfig, delete, get, post, put, resource};
use actix_web::{HttpResponse, Resource};
use doorward_services::error::FlowError;
use doorward_web::cors::registered_origins;
use doorward_web::oauth_response::method_not_allowed;
use doorward_web::page_route;

use self::endpoint::Endpoint;

pub fn configure(config: &mut ServiceConfig) {
    configure_documents(config);
    configure_endpoints(config);
    configure_registration(config);
    configure_provider_logout(config);
}

fn configure_documents(config: &mut ServiceConfig) {
    let read_only = || method_not_allowed("GET, HEAD");
    let metadata = |path: &str| {
        resource(path)
            .route(get().to(discovery::show))
            .default_service(read_only())
    };
    config
        .app_data(Data::new(discovery::Discovery::default()))
        .app_data(Data::new(jwks::Jwks::default()))
        .service(metadata("/.well-known/openid-configuration"))
        .service(metadata("/.well-known/oauth-authorization-server"))
        .service(
            resource("/.well-known/webauthn")
                .route(get().to(discovery::related_origins))
                .default_service(read_only()),
        )
        .service(
            resource("/oauth2/jwks")
                .route(get().to(jwks::show))
                .default_service(read_only()),
        );
}

fn configure_endpoints(config: &mut ServiceConfig) {
    let post_only = || method_not_allowed("POST");
    config
        .service(
            resource("/oauth2/authorize")
                .route(page_route::get(authorize::get))
                .route(page_route::post(authorize::post))
                .default_service(actix_web::web::to(authorize::other_method)),
        )
        .service(
            resource("/oauth2/token")
                .route(post().to(token::post))
                .default_service(post_only())
                .wrap(from_fn(registered_origins)),
        )
        .service(form_endpoint(
            "/oauth2/device_authorization",
            device_authorization::post,
        ))
        .service(form_endpoint(
            "/oauth2/bc-authorize",
            backchannel_authentication::post,
        ))
        .service(
            resource("/oauth2/par")
                .route(post().to(par::post))
                .default_service(post_only())
                .wrap(from_fn(registered_origins)),
        )
        .service(form_endpoint("/oauth2/introspect", introspect::post))
        .service(form_endpoint("/oauth2/revoke", revoke::post).wrap(from_fn(registered_origins)))
        .service(
            resource("/oauth2/userinfo")
                .route(get().to(userinfo::get))
                .route(post().to(userinfo::post))
                .default_service(method_not_allowed("GET, HEAD, POST"))
                .wrap(from_fn(registered_origins)),
        )
        .service(
            resource("/oauth2/logout")
                .route(page_route::get(logout::get))
                .route(page_route::post(logout::post))
                .default_service(actix_web::web::to(logout::other_method)),
        );
}

/// Returns the resource of an endpoint for forms, which sends the outcome of its handler.
fn form_endpoint<F>(path: &str, handler: F) -> Resource
where
    F: AsyncFn(&Endpoint, Payload) -> Result<HttpResponse, FlowError> + Copy + 'static,
{
    let route = post().to(move |endpoint: Endpoint, payload: Payload| async move {
        let outcome = handler(&endpoint, payload).await;
        endpoint.finish(outcome)
    });
    resource(path)
        .route(route)
        .default_service(method_not_allowed("POST"))
}

/// Registers the sign-out that an identity provider reports.
fn configure_provider_logout(config: &mut ServiceConfig) {
    let frame = get().to(|endpoint: Endpoint| async move {
        let outcome = provider_logout::get(&endpoint).await;
        endpoint.finish(outcome)
    });
    let form = post().to(|endpoint: Endpoint, payload: Payload| async move {
        let outcome = provider_logout::post(&endpoint, payload).await;
        endpoint.finish(outcome)
    });
    config.service(
        resource("/login/logout/{provider}")
            .route(frame)
            .route(form)
            .default_service(method_not_allowed("GET, HEAD, POST")),
    );
}

/// Registers dynamic client registration (RFC 7591 §3, RFC 7592 §2).
fn configure_registration(config: &mut ServiceConfig) {
    config
        .service(
            resource("/oauth2/register")
                .route(post().to(register::post))
                .default_service(method_not_allowed("POST")),
        )
        .service(
            resource("/oauth2/register/{id}")
                .route(get().to(register::show))
                .route(put().to(register::replace))
                .route(delete().to(register::remove))
                .default_service(method_not_allowed("GET, HEAD, PUT, DELETE")),
        );
}
