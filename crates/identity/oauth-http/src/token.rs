//! `POST /oauth2/token` (RFC 6749 §3.2).

use doorward_oauth::token;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::token::{GrantType, TokenRequest};

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Authenticates the client, answers its request and counts the response.
pub async fn post(endpoint: Endpoint, payload: Payload) -> HttpResponse {
    let mut grant = None;
    let outcome = respond(&endpoint, payload, &mut grant).await;
    let response = endpoint.respond_with_nonce(outcome);
    let error = response.extensions().get::<OAuthError>().cloned();
    endpoint.web.metrics.token(grant.as_ref(), error.as_ref());
    response
}

async fn respond(
    endpoint: &Endpoint,
    payload: Payload,
    grant: &mut Option<GrantType>,
) -> Result<HttpResponse, FlowError> {
    let form = endpoint.form(payload).await?;
    // RFC 8707 §2 permits repeated `resource`, RFC 8693 §2.1 repeated `audience` of an exchange
    // (checked when the request is parsed), and no others.
    form.reject_duplicates(&["resource", "audience"])?;
    let presented = endpoint.presented_client(&form)?;
    let client = endpoint.authenticate(&presented).await?;
    endpoint.speaks_for(&client);
    let request = endpoint.with_agreed_organization(TokenRequest::parse(&form)?)?;
    *grant = Some(request.grant_type());
    let details = AuthorizationDetails::from_params(&form)?;
    let certificate = presented.certificate.map(|displayed| displayed.thumbprint);
    let proved = endpoint.proved(certificate)?;
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let details = details.as_ref();
    let response = token::respond(context, &client, request, details, &proved, caller).await?;
    Ok(Endpoint::json(&response))
}
