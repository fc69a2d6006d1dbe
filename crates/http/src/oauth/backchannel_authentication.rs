//! `POST /oauth2/bc-authorize` (CIBA Core §7).

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_protocol::ciba::BackchannelRequest;
use doorward_services::ciba::{self, Refusal};
use doorward_services::client_auth;
use doorward_services::error::FlowError;

use super::endpoint::Endpoint;

/// Authenticates the client and asks the user it names for approval.
pub async fn post(endpoint: Endpoint, payload: Payload) -> HttpResponse {
    let outcome = answer(&endpoint, payload).await;
    endpoint.answer(outcome)
}

async fn answer(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let form = endpoint.form(payload).await?;
    form.reject_duplicates(&["resource"])?;
    let presented = endpoint.presented_client(&form)?;
    let client = client_auth::authenticate(
        &context.core,
        &context.directory,
        &context.limits,
        &presented,
        caller,
    )
    .await?;
    let mut request = BackchannelRequest::parse(&form)?;
    request.organization = endpoint.organization(request.organization)?;
    match ciba::start(context, &client, &request, caller).await {
        Ok(response) => Ok(endpoint.json(&response)),
        Err(FlowError::Rejected(Refusal::TooMany(spent))) => Ok(endpoint.too_many(&spent)),
        Err(FlowError::Rejected(Refusal::Error(error))) => Err(error.into()),
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}
