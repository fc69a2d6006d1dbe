//! `GET /oauth2/jwks` (RFC 7517 §5).

use actix_web::HttpResponse;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use doorward_domain::keys::RotationPolicy;

use super::endpoint::Endpoint;

/// Returns the public keys, cacheable for the time that the rotation policy assumes.
pub async fn show(endpoint: Endpoint, request: actix_web::HttpRequest) -> HttpResponse {
    let context = &endpoint.context;
    let ring = match context
        .issuing
        .keys
        .current(&context.core.db, context.core.now())
        .await
    {
        Ok(ring) => ring,
        Err(error) => return endpoint.server_error(&error),
    };
    let known = request.headers().get(IF_NONE_MATCH);
    let unchanged = known.is_some_and(|tag| tag.as_bytes() == ring.etag().as_bytes());
    let mut builder = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    builder
        .insert_header((
            CACHE_CONTROL,
            format!("public, max-age={}", RotationPolicy::JWKS_MAX_AGE),
        ))
        .insert_header((ETAG, ring.etag()))
        // Public keys may be read by every origin, also for clients in a browser.
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if unchanged {
        builder.finish()
    } else {
        builder
            .content_type("application/jwk-set+json")
            .body(ring.jwks_json().to_string())
    }
}
