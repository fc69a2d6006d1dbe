//! `POST /oauth2/device_authorization` (RFC 8628 §3.1).

use doorward_oauth::device;
use doorward_protocol::device::DeviceAuthorizationRequest;

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Authenticates the client and issues a device code.
pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let (form, client) = endpoint.authenticated_form(payload, &["resource"]).await?;
    let mut request = DeviceAuthorizationRequest::parse(&form)?;
    request.organization = endpoint.organization(request.organization)?;
    if let Err(consumed) = context.limits.rate_limiter.admit_device(caller).await {
        return Ok(Endpoint::too_many(&consumed));
    }
    let response = device::start(context, &client, &request, caller).await?;
    Ok(Endpoint::json(&response))
}
