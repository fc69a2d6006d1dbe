//! The parameters of an authorization request: sent directly, pushed, or in a signed request
//! object.

use doorward_rules::request_mode::{self, Form};

use super::interaction::{advance, new_interaction, read_in_form, rejected_outcome, target};
use super::response::hold_for_confirmation;
use super::types::{AuthorizeError, BrowserContext, IsStored, Outcome, StartError};
use crate::prelude::*;
use crate::{client_document, pushed_request, request_object};

/// Returns the client of the request. A request by reference names it as well (RFC 9101 §5, RFC
/// 9126 §4).
async fn client(
    context: &Context,
    params: &Params,
    caller: &Caller,
) -> FlowResult<Arc<Client>, AuthorizeError> {
    let id = doorward_protocol::authorize::client_id(params)
        .map_err(|error| FlowError::Rejected(AuthorizeError::Unreadable(error)))?;
    let found = client_document::resolve(context, id, caller).await?;
    found
        .filter(|client| client.is_active() && client.kind != ClientKind::Saml)
        .ok_or(FlowError::Rejected(AuthorizeError::UnknownClient))
}

async fn start_from_params(
    context: &Context,
    params: &Params,
    client: &Client,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, StartError> {
    let core = &context.core;
    let by_reference = matches!(params.optional("request_uri"), Ok(Some(_)));
    let pushes = pushed_request::is_required_for_all(core);
    let fetched = Form {
        pushed: false,
        signed: true,
    };
    // A request that has to be pushed causes no fetch.
    if by_reference && let Err(error) = request_mode::check(client, pushes, fetched) {
        return Err(FlowError::Rejected(StartError::Request(error)));
    }
    let opened = request_object::open(context, client, params)
        .await
        .map_err(|error| error.map(StartError::Request))?;
    let (client, redirect_uri) = target(context, &opened.params)
        .await
        .map_err(|error| error.map(StartError::Page))?;
    let form = Form {
        pushed: false,
        signed: opened.signed,
    };
    let own = &opened.params;
    let request =
        match read_in_form(context, own, params, &client, redirect_uri.clone(), form).await {
            Ok(request) => request,
            Err(FlowError::Rejected(error)) => {
                return Ok(rejected_outcome(context, &client, redirect_uri, own, &error).await?);
            }
            Err(FlowError::Server(server_error)) => return Err(server_error.into()),
        };
    let interaction = new_interaction(core, &client, request, browser.hash);
    advance(context, &client, interaction, browser, IsStored::No, caller)
        .await
        .map_err(|error| error.map(StartError::Page))
}

/// Responds to a request whose own parameters cannot be read: to the client if the outer parameters
/// name a registered redirect URI, otherwise on a page.
async fn error_outcome(
    context: &Context,
    params: &Params,
    error: OAuthError,
) -> FlowResult<Outcome, AuthorizeError> {
    // The only registered URI is not assumed, because the request may have meant another one.
    let names_one = matches!(params.optional("redirect_uri"), Ok(Some(_)));
    match target(context, params).await {
        Ok((client, redirect_uri)) if names_one => {
            Ok(rejected_outcome(context, &client, redirect_uri, params, &error).await?)
        }
        Ok(_)
        | Err(FlowError::Rejected(
            AuthorizeError::RedirectUri(_) | AuthorizeError::Unreadable(_),
        )) => Err(FlowError::Rejected(AuthorizeError::Unreadable(error))),
        Err(other) => Err(other),
    }
}

#[boxed(?Send)]
pub async fn start(
    context: &Context,
    params: &Params,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let client = client(context, params, caller).await?;
    let started = match (params.optional("request"), params.optional("request_uri")) {
        (Ok(None), Ok(Some(name))) if pushed_request::is_pushed(name) => {
            pushed_request::start(context, name, &client, params, browser, caller).await
        }
        _ => start_from_params(context, params, &client, browser, caller).await,
    };
    let outcome = match started {
        Ok(outcome) => outcome,
        Err(FlowError::Rejected(StartError::Request(error))) => {
            error_outcome(context, params, error).await?
        }
        Err(FlowError::Rejected(StartError::Page(error))) => {
            return Err(FlowError::Rejected(error));
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    Ok(hold_for_confirmation(&client, browser, outcome))
}
