//! `POST /oauth2/revoke` (RFC 7009).

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_oauth::revoke;
use doorward_protocol::revocation::TokenHintRequest;
use doorward_services::error::FlowError;
use serde_json::json;

use super::endpoint::Endpoint;

pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (form, client) = endpoint.authenticated_form(payload, &[]).await?;
    endpoint.speaks_for(&client);
    let request = TokenHintRequest::parse(&form)?;
    revoke::revoke(&endpoint.context, &client, &request.token, &endpoint.caller).await?;
    Ok(Endpoint::json(&json!({})))
}
