//! What a request consists of: the parameters as they came, or those of a signed request object.

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_domain::rules::request_mode::{self, Form};
use doorward_protocol::error::OAuthError;
use doorward_protocol::params::Params;

use super::interaction::{advance, begin, held, read, refused, target};
use super::types::{Browser, IsStored, Outcome, PageRefusal};
use crate::caller::Caller;
use crate::fault::FlowError;
use crate::state::State;
use crate::{client_document, pushed, request_object};

/// The client that asks: even a request that is elsewhere names it (RFC 9101 §5, RFC 9126 §4).
async fn client(
    state: &State,
    params: &Params,
    caller: &Caller,
) -> Result<Arc<Client>, FlowError<PageRefusal>> {
    let id = doorward_protocol::authorize::client_id(params)
        .map_err(|error| FlowError::Refused(PageRefusal::Unreadable(error)))?;
    let found = client_document::meet(state, id, caller).await?;
    found
        .filter(|client| client.is_active())
        .ok_or(FlowError::Refused(PageRefusal::UnknownClient))
}

/// Begins an interaction from parameters; an error where a request object cannot be opened.
async fn start_from_params(
    state: &State,
    params: &Params,
    client: &Client,
    browser: &Browser<'_>,
    caller: &Caller,
) -> Result<Result<Outcome, OAuthError>, FlowError<PageRefusal>> {
    let opened = match request_object::open(state, client, params).await {
        Ok(opened) => opened,
        Err(FlowError::Refused(error)) => return Ok(Err(error)),
        Err(FlowError::Fault(fault)) => return Err(fault.into()),
    };
    let (client, redirect_uri) = target(state, &opened.params).await?;
    let form = Form {
        pushed: false,
        signed: opened.signed,
    };
    let read = match request_mode::check(&client, pushed::everybody_pushes(state), form) {
        Ok(()) => read(state, &opened.params, &client, redirect_uri.clone()).await,
        Err(error) => Err(error.into()),
    };
    let read = read.and_then(|request| {
        let within = request.organization.as_deref();
        request_mode::check_organization(params, within)?;
        Ok(request)
    });
    let request = match read {
        Ok(request) => request,
        Err(FlowError::Refused(error)) => {
            let outcome = refused(state, &client, redirect_uri, &opened.params, &error).await?;
            return Ok(Ok(outcome));
        }
        Err(FlowError::Fault(fault)) => return Err(fault.into()),
    };
    let interaction = begin(state, &client, request, browser.hash);
    let outcome = advance(state, &client, interaction, browser, IsStored::No, caller).await?;
    Ok(Ok(outcome))
}

/// The answer to a request whose own parameters cannot be known: to the client, if those beside it
/// name an address that is registered, otherwise a page.
async fn answer(
    state: &State,
    params: &Params,
    error: OAuthError,
) -> Result<Outcome, FlowError<PageRefusal>> {
    // A single registered address is not assumed: nothing says that the request meant it.
    let names_one = matches!(params.one("redirect_uri"), Ok(Some(_)));
    match target(state, params).await {
        Ok((client, redirect_uri)) if names_one => {
            Ok(refused(state, &client, redirect_uri, params, &error).await?)
        }
        Ok(_)
        | Err(FlowError::Refused(PageRefusal::RedirectUri(_) | PageRefusal::Unreadable(_))) => {
            Err(FlowError::Refused(PageRefusal::Unreadable(error)))
        }
        Err(other) => Err(other),
    }
}

/// Begins an interaction from the parameters of an authorization request.
pub async fn start(
    state: &State,
    params: &Params,
    browser: &Browser<'_>,
    caller: &Caller,
) -> Result<Outcome, FlowError<PageRefusal>> {
    let client = client(state, params, caller).await?;
    let started = match (params.one("request"), params.one("request_uri")) {
        (Ok(None), Ok(Some(name))) => {
            pushed::start(state, name, &client, params, browser, caller).await?
        }
        _ => start_from_params(state, params, &client, browser, caller).await?,
    };
    let outcome = match started {
        Ok(outcome) => outcome,
        Err(error) => answer(state, params, error).await?,
    };
    Ok(held(&client, browser, outcome))
}
