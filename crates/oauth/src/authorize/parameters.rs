//! The parameters of an authorization request: sent directly, pushed, or in a signed request
//! object.

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_protocol::error::OAuthError;
use doorward_protocol::params::Params;
use doorward_rules::request_mode::{self, Form};
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core, Directory, Issuing, Limits};
use doorward_services::error::FlowError;

use super::interaction::{
    advance, hold_for_confirmation, new_interaction, read, rejected_outcome, target,
};
use super::types::{AuthorizeError, BrowserContext, IsStored, Outcome};
use crate::{client_document, pushed_request, request_object};

/// Returns the client of the request. A request by reference names it as well (RFC 9101 §5, RFC
/// 9126 §4).
async fn client(
    core: &Core,
    directory: &Directory,
    limits: &Limits,
    params: &Params,
    caller: &Caller,
) -> Result<Arc<Client>, FlowError<AuthorizeError>> {
    let id = doorward_protocol::authorize::client_id(params)
        .map_err(|error| FlowError::Rejected(AuthorizeError::Unreadable(error)))?;
    let found = client_document::resolve(core, directory, limits, id, caller).await?;
    found
        .filter(|client| client.is_active())
        .ok_or(FlowError::Rejected(AuthorizeError::UnknownClient))
}

/// Starts an interaction from parameters; returns the error of a request object that cannot be
/// opened.
async fn start_from_params(
    context: &Context,
    params: &Params,
    client: &Client,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> Result<Result<Outcome, OAuthError>, FlowError<AuthorizeError>> {
    let Context {
        core, directory, ..
    } = context;
    let by_reference = matches!(params.optional("request_uri"), Ok(Some(_)));
    let pushes = pushed_request::is_required_for_all(core);
    let fetched = Form {
        pushed: false,
        signed: true,
    };
    // A request that has to be pushed causes no fetch.
    if by_reference && let Err(error) = request_mode::check(client, pushes, fetched) {
        return Ok(Err(error));
    }
    let opened = match request_object::open(core, directory, &context.limits, client, params).await
    {
        Ok(opened) => opened,
        Err(FlowError::Rejected(error)) => return Ok(Err(error)),
        Err(FlowError::Server(server_error)) => return Err(server_error.into()),
    };
    let (client, redirect_uri) = target(core, directory, &opened.params).await?;
    let form = Form {
        pushed: false,
        signed: opened.signed,
    };
    let read = match request_mode::check(&client, pushes, form) {
        Ok(()) => {
            read(
                core,
                directory,
                &opened.params,
                &client,
                redirect_uri.clone(),
            )
            .await
        }
        Err(error) => Err(error.into()),
    };
    let read = read.and_then(|request| {
        let within = request.organization.as_deref();
        request_mode::check_organization(params, within)?;
        Ok(request)
    });
    let request = match read {
        Ok(request) => request,
        Err(FlowError::Rejected(error)) => {
            let outcome = rejected_outcome(
                core,
                &context.issuing,
                &client,
                redirect_uri,
                &opened.params,
                &error,
            )
            .await?;
            return Ok(Ok(outcome));
        }
        Err(FlowError::Server(server_error)) => return Err(server_error.into()),
    };
    let interaction = new_interaction(core, &client, request, browser.hash);
    let outcome = advance(context, &client, interaction, browser, IsStored::No, caller).await?;
    Ok(Ok(outcome))
}

/// Responds to a request whose own parameters cannot be read: to the client if the outer parameters
/// name a registered redirect URI, otherwise on a page.
async fn error_outcome(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    params: &Params,
    error: OAuthError,
) -> Result<Outcome, FlowError<AuthorizeError>> {
    // The only registered URI is not assumed, because the request may have meant another one.
    let names_one = matches!(params.optional("redirect_uri"), Ok(Some(_)));
    match target(core, directory, params).await {
        Ok((client, redirect_uri)) if names_one => {
            Ok(rejected_outcome(core, issuing, &client, redirect_uri, params, &error).await?)
        }
        Ok(_)
        | Err(FlowError::Rejected(
            AuthorizeError::RedirectUri(_) | AuthorizeError::Unreadable(_),
        )) => Err(FlowError::Rejected(AuthorizeError::Unreadable(error))),
        Err(other) => Err(other),
    }
}

/// Starts an interaction from the parameters of an authorization request.
pub async fn start(
    context: &Context,
    params: &Params,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> Result<Outcome, FlowError<AuthorizeError>> {
    let Context {
        core, directory, ..
    } = context;
    let client = client(core, directory, &context.limits, params, caller).await?;
    let started = match (params.optional("request"), params.optional("request_uri")) {
        (Ok(None), Ok(Some(name))) if pushed_request::is_pushed(name) => {
            pushed_request::start(context, name, &client, params, browser, caller).await?
        }
        _ => start_from_params(context, params, &client, browser, caller).await?,
    };
    let outcome = match started {
        Ok(outcome) => outcome,
        Err(error) => error_outcome(core, directory, &context.issuing, params, error).await?,
    };
    Ok(hold_for_confirmation(&client, browser, outcome))
}
