//! `POST /oauth2/token` (RFC 6749 §3.2).

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::OAuthError;
use doorward_protocol::token::{GrantType, TokenRequest};
use doorward_services::error::FlowError;
use doorward_services::{client_auth, dpop, token};

use super::endpoint::Endpoint;

/// Authenticates the client, answers its request and counts the response.
pub async fn post(endpoint: Endpoint, payload: Payload) -> HttpResponse {
    let mut grant = None;
    let outcome = answer(&endpoint, payload, &mut grant).await;
    let response = endpoint.answer_with_nonce(outcome);
    let error = response.extensions().get::<OAuthError>().cloned();
    endpoint.web.metrics.token(grant.as_ref(), error.as_ref());
    response
}

async fn answer(
    endpoint: &Endpoint,
    payload: Payload,
    grant: &mut Option<GrantType>,
) -> Result<HttpResponse, FlowError> {
    let form = endpoint.form(payload).await?;
    // RFC 8707 §2 permits repeated `resource`, RFC 8693 §2.1 repeated `audience` of an exchange
    // (checked when the request is parsed), and no others.
    form.reject_duplicates(&["resource", "audience"])?;
    let presented = endpoint.presented_client(&form)?;
    let client = client_auth::authenticate(
        &endpoint.context.core,
        &endpoint.context.directory,
        &endpoint.context.limits,
        &presented,
        &endpoint.caller,
    )
    .await?;
    endpoint.speaks_for(&client);
    let request = endpoint.made_for(TokenRequest::parse(&form)?)?;
    *grant = Some(request.grant_type());
    let details = AuthorizationDetails::of(&form)?;
    let certificate = presented.certificate.map(|shown| shown.thumbprint);
    let proved = dpop::proved(
        &endpoint.context.core,
        &endpoint.context.issuing,
        &endpoint.sent(),
        certificate,
    )?;
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let response =
        token::answer(context, &client, request, details.as_ref(), &proved, caller).await?;
    Ok(endpoint.json(&response))
}
