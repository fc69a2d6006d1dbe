//! Endpoints of the development instance. They exist only with the configuration of `doorward dev`,
//! which listens only on loopback.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, ServiceConfig, post, resource};
use doorward_oauth::dev_token::{self, DevTokenRequest, TOKEN_CLIENT};
use doorward_web::oauth_response::method_not_allowed;

use crate::endpoint::Endpoint;
use crate::prelude::*;

pub fn configure(config: &mut ServiceConfig) {
    config.service(
        resource("/dev/token")
            .route(post().to(token))
            .default_service(method_not_allowed("POST")),
    );
}

/// `POST /dev/token`: issues a token for a user without the password.
async fn token(endpoint: Endpoint, request: actix_web::HttpRequest, body: Bytes) -> HttpResponse {
    let outcome = respond(&endpoint, &request, &body).await;
    endpoint.finish(outcome)
}

async fn respond(
    endpoint: &Endpoint,
    request: &actix_web::HttpRequest,
    body: &[u8],
) -> Result<HttpResponse, FlowError> {
    let peer = request.peer_addr();
    // A media type that forms cannot send, so that other sites' pages cannot call the endpoint.
    let json = request.headers().get(CONTENT_TYPE);
    let json = json.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !json || !peer.is_some_and(|peer| peer.ip().is_loopback()) {
        return Err(OAuthError::invalid_request(
            "only JSON requests from this machine are accepted",
        )
        .into());
    }
    let requested: DevTokenRequest = serde_json::from_slice(body)
        .map_err(|error| OAuthError::invalid_request(error.to_string()))?;
    let response = dev_token::issue(
        &endpoint.context,
        &requested,
        TOKEN_CLIENT,
        &endpoint.caller,
    )
    .await?;
    Ok(Endpoint::json(&response))
}
