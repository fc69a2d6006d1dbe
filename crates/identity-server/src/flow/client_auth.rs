//! Authenticates the client of a request to the token, revocation or introspection endpoint.

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_domain::rules::client_auth;
use doorward_protocol::client_auth::PresentedClient;
use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::fault::FlowError;
use crate::state::State;

/// Finds and checks the client that the request presents.
pub async fn authenticate(
    state: &State,
    presented: &PresentedClient,
) -> Result<Arc<Client>, FlowError> {
    let client = state.client(&presented.client_id).await?;
    client_auth::check(client.as_deref(), presented)?;
    client.ok_or_else(|| {
        OAuthError::new(ErrorCode::InvalidClient, "client authentication failed").into()
    })
}
