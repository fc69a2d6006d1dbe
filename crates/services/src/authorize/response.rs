//! The authorization response: plain parameters, or a signed JWT (JARM).

use doorward_domain::model::Client;
use doorward_domain::rules::authorize as rule;
use doorward_protocol::authorize::{AuthorizationRequest, ResponseMode};
use doorward_protocol::error::OAuthError;

use super::types::Response;
use crate::error::ServerError;
use crate::state::State;

/// Lifetime of a signed response, in seconds (JARM §2.1: ten minutes at most).
const LIFE: i64 = 5 * 60;

/// Builds a response with these parameters.
pub(super) async fn respond(
    state: &State,
    client: &Client,
    redirect_uri: String,
    asked: ResponseMode,
    pairs: Vec<(&'static str, String)>,
) -> Result<Response, ServerError> {
    let mode = rule::response_mode(client, asked);
    let pairs = if mode.is_signed() {
        vec![("response", sign(state, client, &pairs).await?)]
    } else {
        pairs
    };
    Ok(Response {
        redirect_uri,
        mode,
        pairs,
        client_name: client.name.clone(),
        client_id: client.id.clone(),
        error: None,
        is_held: false,
    })
}

/// Builds an error response.
pub(crate) async fn error_response(
    state: &State,
    client: &Client,
    request: &AuthorizationRequest,
    error: &OAuthError,
) -> Result<Response, ServerError> {
    let pairs =
        doorward_protocol::authorize::error_pairs(error, request.state.as_deref(), state.issuer());
    let redirect_uri = request.redirect_uri.clone();
    let mode = request.response_mode;
    let mut response = respond(state, client, redirect_uri, mode, pairs).await?;
    response.error = Some(error.clone());
    Ok(response)
}

/// Signs the parameters as claims (JARM §2.1).
async fn sign(
    state: &State,
    client: &Client,
    pairs: &[(&'static str, String)],
) -> Result<String, ServerError> {
    let id = client.id.as_str();
    let claims = rule::signed_answer(state.issuer(), id, state.now() + LIFE, pairs);
    let ring = state.keys.current(&state.db, state.now()).await?;
    ring.active()
        .sign_statement(&claims)
        .map_err(|error| ServerError::Internal(error.to_string()))
}
