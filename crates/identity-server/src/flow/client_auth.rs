//! Authenticates the client of a request to an endpoint for clients: token, revocation,
//! introspection.

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_domain::rules::client_assertion;
use doorward_domain::rules::client_auth::{self, Proof, refused};
use doorward_domain::secret::TokenHash;
use doorward_protocol::client_auth::PresentedClient;
use doorward_protocol::error::OAuthError;
use doorward_store::repo;

use super::caller::Caller;
use super::replay::{self, What};
use super::{client_document, client_keys, in_write};
use crate::fault::FlowError;
use crate::state::State;

/// Finds and checks the client that the request presents, by exactly its registered method.
pub async fn authenticate(
    state: &State,
    presented: &PresentedClient,
    caller: &Caller,
) -> Result<Arc<Client>, FlowError> {
    let client = client_document::known(state, &presented.client_id).await?;
    let proof = client_auth::check(client.as_deref(), presented)?;
    let client = client.ok_or_else(refused)?;
    match proof {
        Proof::Given => {}
        Proof::Assertion(assertion) => prove(state, &client, assertion, caller).await?,
    }
    Ok(client)
}

/// Why this client cannot authenticate at all, for who may know; none where it could.
pub async fn why(state: &State, id: &str) -> Option<&'static str> {
    match state.client(id).await {
        Ok(None) => Some("there is no such client"),
        Ok(Some(client)) if !client.is_active() => Some("the client is switched off"),
        Ok(Some(_)) | Err(_) => None,
    }
}

/// `private_key_jwt` (RFC 7523 §3, OIDC Core §9): every failure is `invalid_client` (RFC 7521
/// §4.2.1).
async fn prove(
    state: &State,
    client: &Client,
    assertion: &str,
    caller: &Caller,
) -> Result<(), FlowError> {
    let types = client_assertion::TYPES;
    let claims = match client_keys::verify(state, client, assertion, types).await {
        Ok(claims) => claims,
        Err(rejection) => {
            tracing::info!(client_id = %client.id, %rejection, "a client assertion is refused");
            return Err(refused().into());
        }
    };
    let id = client.id.as_str();
    let assertion = client_assertion::check(&claims, id, state.issuer(), state.now())
        .map_err(|flaw| OAuthError::invalid_client(flaw.to_string()))?;
    // OA-14: one statement uses it up, whatever comes at the same time.
    let name = TokenHash::of(&format!("assertion {} {id}{}", id.len(), assertion.jti));
    in_write(&state.db, async |tx| {
        if repo::used_jtis::claim(tx, &name, assertion.exp).await? {
            return Ok(());
        }
        let event = replay::by_client(state, caller, What::ClientAssertion, client);
        replay::note(tx, &name, assertion.exp, event).await?;
        let again = OAuthError::invalid_client("the client assertion has been used");
        Err(FlowError::Refused(again))
    })
    .await
}
