//! The start of a sign-in of another protocol.

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_rules::authorize;

use super::interaction::{advance, new_interaction};
use super::response::error_response;
use super::types::{AuthorizeError, BrowserContext, IsStored, Outcome};
use crate::prelude::*;

/// Starts a sign-in. The request names a redirect URI of the client, and contains the one of the protocol.
#[boxed(?Send)]
pub async fn start(
    context: &Context,
    client: &Client,
    request: AuthorizationRequest,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let registry = context.registry().await?;
    let request = match authorize::check(&request, client, &registry.view()) {
        Ok(resolved) => authorize::within_registration(request, client, resolved),
        Err(error) => {
            let response = error_response(context, client, &request, &error).await?;
            return Ok(Outcome::Respond(response));
        }
    };
    let interaction = new_interaction(&context.core, client, request, browser.hash);
    advance(context, client, interaction, browser, IsStored::No, caller).await
}
