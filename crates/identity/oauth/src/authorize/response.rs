//! The authorization response: plain parameters, or a signed JWT (JARM).

use doorward_protocol::authorize::{AuthorizationRequest, ResponseMode};
use doorward_rules::authorize as rule;
use doorward_rules::consent::ConsentedAccess;

use super::foreign;
use super::types::{AuthorizeError, BrowserContext, Outcome, Response};
use crate::issue;
use crate::prelude::*;
use crate::signing;

/// Lifetime of a signed response, in seconds (JARM §2.1: ten minutes at most).
const TTL: i64 = 5 * 60;

pub(super) async fn respond(
    context: &Context,
    client: &Client,
    redirect_uri: String,
    requested: ResponseMode,
    pairs: Vec<(&'static str, String)>,
) -> Result<Response> {
    let mode = rule::response_mode(client, requested);
    let pairs = if mode.is_signed() {
        vec![("response", sign(context, client, &pairs).await?)]
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
        needs_confirmation: false,
    })
}

pub(crate) async fn error_response(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    error: &OAuthError,
) -> Result<Response> {
    if let Some(own) = &request.foreign {
        return foreign::reject(context, client, request, own, error).await;
    }
    let pairs = doorward_protocol::authorize::error_pairs(
        error,
        request.state.as_deref(),
        context.core.response_issuer(request),
    );
    let redirect_uri = request.redirect_uri.clone();
    let mode = request.response_mode;
    let mut response = respond(context, client, redirect_uri, mode, pairs).await?;
    response.error = Some(error.clone());
    Ok(response)
}

/// Signs the parameters as claims (JARM §2.1).
async fn sign(
    context: &Context,
    client: &Client,
    pairs: &[(&'static str, String)],
) -> Result<String> {
    let core = &context.core;
    let id = client.id.as_str();
    // The issuer of the response may be a former one (RFC 9207 §2).
    let named = pairs.iter().find(|(name, _)| *name == "iss");
    let issuer = named.map_or_else(|| core.issuer(), |(_, issuer)| issuer.as_str());
    let claims = rule::signed_response_claims(issuer, id, core.now() + TTL, pairs);
    let alg = client_profile::authorization_alg(client);
    signing::sign(context, alg, |signer| signer.sign_statement(&claims)).await
}

/// Marks an error response for confirmation by the user if the client registered itself openly and
/// no user is signed in: a redirect would lead from this server's name to any address (RFC 9700
/// §4.11.2).
pub(super) fn hold_for_confirmation(
    client: &Client,
    browser: &BrowserContext<'_>,
    mut outcome: Outcome,
) -> Outcome {
    if let Outcome::Respond(response) = &mut outcome {
        response.needs_confirmation = response.error.is_some()
            && browser.signed_in.is_none()
            && client.registered_by.is_open();
    }
    outcome
}

/// Stores the grant of a request and returns the response with its code.
pub(super) async fn respond_with_code(
    context: &Context,
    client: &Client,
    (interaction, is_stored): (&Interaction, bool),
    allowed: &ConsentedAccess,
    signed_in: &SignedIn,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let core = &context.core;
    let issued = issue::code(
        core,
        client,
        interaction,
        is_stored,
        allowed,
        signed_in,
        caller,
    )
    .await?;
    let request = &interaction.request;
    let (to, mode) = (request.redirect_uri.clone(), request.response_mode);
    let response = respond(context, client, to, mode, issued).await?;
    Ok(Outcome::Respond(response))
}
