//! `POST /oauth2/par` (RFC 9126).

use doorward_oauth::{client_document, pushed_request};
use doorward_web::allowance;
use serde_json::json;

use super::endpoint::Endpoint;
use crate::prelude::*;

pub async fn post(endpoint: Endpoint, payload: Payload) -> HttpResponse {
    let outcome = respond(&endpoint, payload).await;
    endpoint.respond_with_nonce(outcome)
}

async fn respond(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let form = endpoint.form(payload).await?;
    // RFC 8707 §2 permits repeated `resource` parameters, but no others.
    form.reject_duplicates(&["resource"])?;
    let presented = endpoint.presented_client(&form)?;
    // A client with a metadata document may be new to this server.
    client_document::resolve(
        &endpoint.context,
        &presented.client.client_id,
        &endpoint.caller,
    )
    .await?;
    let client = endpoint.authenticate(&presented).await?;
    endpoint.speaks_for(&client);
    let limiter = &endpoint.context.limits.rate_limiter;
    if let Err(budget) = limiter.admit_push(&client, &endpoint.caller).await {
        // RFC 9126 §2.3.
        let error = OAuthError::new(ErrorCode::TemporarilyUnavailable, "too many requests");
        let mut response = no_store(StatusCode::TOO_MANY_REQUESTS).json(&error);
        allowance::from_status(&budget).insert(response.headers_mut());
        response.extensions_mut().insert(error);
        return Ok(response);
    }
    let form = endpoint.with_organization(form);
    let proved = endpoint.proved(None)?;
    let pushed =
        pushed_request::push(&endpoint.context, &client, &form, &proved, &endpoint.caller).await?;
    // RFC 9126 §2.2: 201.
    Ok(no_store(StatusCode::CREATED).json(json!({
        "request_uri": pushed.request_uri,
        "expires_in": pushed.expires_in,
    })))
}
