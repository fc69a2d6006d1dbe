//! `POST /oauth2/bc-authorize` (CIBA Core §7).

use doorward_oauth::ciba::{self, BackchannelError};

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Authenticates the client and asks the user it names for approval.
pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let (form, client) = endpoint.authenticated_form(payload, &["resource"]).await?;
    let mut request = ciba::read(context, &client, &form).await?;
    request.organization = endpoint.organization(request.organization)?;
    match ciba::start(context, &client, &request, caller).await {
        Ok(response) => Ok(Endpoint::json(&response)),
        Err(FlowError::Rejected(BackchannelError::TooMany(consumed))) => {
            Ok(Endpoint::too_many(&consumed))
        }
        Err(FlowError::Rejected(BackchannelError::Error(error))) => Err(error.into()),
        Err(FlowError::Server(server_error)) => Err(server_error.into()),
    }
}
