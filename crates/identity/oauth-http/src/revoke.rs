//! `POST /oauth2/revoke` (RFC 7009).

use doorward_oauth::revoke;
use doorward_protocol::revocation::TokenHintRequest;
use serde_json::json;

use super::endpoint::Endpoint;
use crate::prelude::*;

pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (form, client) = endpoint.authenticated_form(payload, &[]).await?;
    endpoint.speaks_for(&client);
    let request = TokenHintRequest::parse(&form)?;
    revoke::revoke(&endpoint.context, &client, &request.token, &endpoint.caller).await?;
    Ok(Endpoint::json(&json!({})))
}
