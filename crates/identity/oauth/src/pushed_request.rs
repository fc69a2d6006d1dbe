//! Pushed authorization requests (RFC 9126): sent by the client, and used once by a browser.

use doorward_domain::model::PushedRequest;
use doorward_rules::request_mode::{self, Form};
use doorward_rules::sender_constraint;
use doorward_services::limits::OpenRequestKind;

use super::authorize::interaction;
use super::authorize::types::{
    ActiveInteraction, AuthorizeError, BrowserContext, Outcome, StartError,
};
use super::token::transaction::{Sender, in_write};
use super::{deleted_client, request_object};
use crate::prelude::*;

/// The prefix of every `request_uri` of this server (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// The parameter that names the key of a request (RFC 9449 §10).
const DPOP_JKT: &str = "dpop_jkt";
/// Client credentials and the request object, which are not part of the stored request.
const PROOFS: [&str; 4] = [
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "request",
];

/// A stored request that waits for its browser.
#[derive(Debug)]
pub struct Pushed {
    pub request_uri: String,
    /// The remaining lifetime, in seconds.
    pub expires_in: i64,
}

/// Stores a request. It is bound to the key that a DPoP proof proves, if there is one (RFC 9449
/// §10.1). It accepts the same requests as the authorization endpoint (RFC 9126 §2.1).
///
/// # Errors
/// The error that the authorization endpoint would return.
#[boxed(?Send)]
pub async fn push(
    context: &Context,
    client: &Client,
    form: &Params,
    proved: &ProvenKeys,
    caller: &Caller,
) -> FlowResult<Pushed> {
    let core = &context.core;
    if form.optional("request_uri")?.is_some() {
        // RFC 9126 §2.1 step 2.
        let nested = "'request_uri' must not be pushed";
        return Err(OAuthError::invalid_request(nested).into());
    }
    let opened = request_object::open(context, client, form).await?;
    let pairs = opened.params.iter();
    let pairs = pairs.filter(|(name, _)| !PROOFS.contains(name));
    let params = bound_to(Params::from_pairs(pairs), proved.jkt.as_deref())?;
    if params.required("client_id")? != client.id.as_str() {
        let other = "'client_id' does not match the authenticated client";
        return Err(OAuthError::invalid_request(other).into());
    }
    let came = Form {
        pushed: true,
        signed: opened.signed,
    };
    request_mode::check(client, is_required_for_all(core), came)?;
    sender_constraint::check_alg(client, proved)?;
    // FAPI 2.0 SP §5.3.2.2 (6).
    if client.profile.is_fapi() {
        params.required("redirect_uri")?;
    }
    let (known, redirect_uri) = interaction::target(context, &params)
        .await
        .map_err(|error| error.map(to_oauth_error))?;
    let request = interaction::read(context, &params, &known, redirect_uri).await?;
    request_mode::check_organization(form, request.organization.as_deref())?;
    let open = &context.limits.open_requests;
    open.admit(core, OpenRequestKind::Pushed).await?;
    let sender = Sender {
        client,
        proved,
        caller,
    };
    store(core, sender, &params, opened.signed).await
}

/// Binds the request to the proved key: `dpop_jkt` must match it, or is added (RFC 9449 §10.1).
fn bound_to(params: Params, jkt: Option<&str>) -> Result<Params, OAuthError> {
    let Some(jkt) = jkt else { return Ok(params) };
    match params.optional(DPOP_JKT)? {
        Some(named) if named == jkt => Ok(params),
        Some(_) => Err(OAuthError::invalid_request(
            "'dpop_jkt' names another key than that of the DPoP proof",
        )),
        None => Ok(Params::from_pairs(params.iter().chain([(DPOP_JKT, jkt)]))),
    }
}

async fn store(
    core: &Core,
    sender: Sender<'_>,
    params: &Params,
    signed: bool,
) -> FlowResult<Pushed> {
    let client = sender.client;
    let token = OpaqueToken::generate(&mut core.rng());
    let expires_in = core.config.authorization.pushed_request_ttl;
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let pushed = PushedRequest {
        hash: token.hash(),
        client_id: client.id.clone(),
        params: params.iter().map(own).collect(),
        signed,
        expires_at: core.now() + expires_in,
        interaction_id: None,
    };
    let written = in_write(core, sender, async |tx| {
        Ok(repo::pushed_requests::insert(tx, &pushed).await?)
    })
    .await;
    deleted_client::or_reject(core, client, deleted_client::unknown(), written).await?;
    Ok(Pushed {
        request_uri: format!("{PREFIX}{}", token.expose()),
        expires_in,
    })
}

/// Converts an error that would be shown on a page into a response for the client.
fn to_oauth_error(rejection: AuthorizeError) -> OAuthError {
    match rejection {
        AuthorizeError::RedirectUri(error) | AuthorizeError::Unreadable(error) => error,
        _ => OAuthError::invalid_client("the client is not known"),
    }
}

pub(super) fn is_required_for_all(core: &Core) -> bool {
    core.config.authorization.require_pushed_requests
}

/// Returns true if a `request_uri` is that of a pushed request, and not the URL of a document.
pub(super) fn is_pushed(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// Starts an interaction from a pushed request, whose `request_uri` is consumed by that. Later, the
/// `request_uri` resumes the interaction in the same browser, so that a reload, the Back button and
/// a detour over the sign-in page work.
pub(super) async fn start(
    context: &Context,
    name: &str,
    client: &Arc<Client>,
    beside: &Params,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, StartError> {
    let core = &context.core;
    let hash = TokenHash::digest(name.strip_prefix(PREFIX).unwrap_or(name));
    // Two rounds at most: the loser of a race finds the request consumed.
    for _ in 0..2 {
        let found = repo::pushed_requests::find(core.db.read(), &hash).await?;
        // RFC 9126 §4: bound to the client that pushed it.
        let Some(pushed) = found.filter(|pushed| pushed.client_id == client.id) else {
            return Err(invalid(Reason::RequestUriUnknown));
        };
        if let Some(interaction) = &pushed.interaction_id {
            return match interaction::resume(context, interaction, &browser.hash).await {
                Ok(resumed) => interaction::proceed(context, resumed, browser, caller)
                    .await
                    .map_err(|error| error.map(StartError::Page)),
                // The interaction has ended, or belongs to another browser.
                Err(FlowError::Rejected(
                    AuthorizeError::OtherBrowser
                    | AuthorizeError::Expired
                    | AuthorizeError::Finished,
                )) => Err(invalid(Reason::RequestUriUsed)),
                Err(error) => Err(error.map(StartError::Page)),
            };
        }
        if core.now() >= pushed.expires_at {
            return Err(invalid(Reason::RequestUriExpired));
        }
        let opened = open_interaction(context, &pushed, client, beside, browser, caller).await;
        if let Some(outcome) = opened.map_err(|error| error.map(StartError::Page))? {
            return Ok(outcome);
        }
    }
    Err(invalid(Reason::RequestUriUsed))
}

/// Uses the request for the first time; returns `None` if another browser request was faster.
async fn open_interaction(
    context: &Context,
    pushed: &PushedRequest,
    client: &Arc<Client>,
    beside: &Params,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Option<Outcome>, AuthorizeError> {
    let core = &context.core;
    let pairs = pushed.params.iter();
    let params = Params::from_pairs(pairs.map(|(name, value)| (name.as_str(), value.as_str())));
    let (_, redirect_uri) = interaction::target(context, &params).await?;
    let form = Form {
        pushed: true,
        signed: pushed.signed,
    };
    let uri = redirect_uri.clone();
    let read = interaction::read_in_form(context, &params, beside, client, uri, form);
    let request = match read.await {
        Ok(request) => request,
        // The registration has changed since, or the organization does not match.
        Err(FlowError::Rejected(error)) => {
            let rejected =
                interaction::rejected_outcome(context, client, redirect_uri, &params, &error);
            return Ok(Some(rejected.await?));
        }
        Err(FlowError::Server(server_error)) => return Err(server_error.into()),
    };
    interaction::admit_anonymous(context, browser).await?;
    let interaction = interaction::new_interaction(core, client, request, browser.hash);
    let written = in_transaction(&core.db, async |tx| {
        let now = core.now();
        let first = repo::pushed_requests::claim(tx, &pushed.hash, &interaction.id, now).await?;
        if first {
            repo::interactions::insert(tx, &interaction).await?;
        }
        Ok::<_, FlowError<AuthorizeError>>(first)
    })
    .await;
    let gone = AuthorizeError::UnknownClient;
    if !deleted_client::or_reject(core, client, gone, written).await? {
        return Ok(None);
    }
    let client = Arc::clone(client);
    let resumed = ActiveInteraction {
        interaction,
        client,
    };
    interaction::proceed(context, resumed, browser, caller)
        .await
        .map(Some)
}

/// Returns the error for a `request_uri` that names no waiting request (RFC 9101 §6.4).
fn invalid(reason: Reason) -> FlowError<StartError> {
    let error = OAuthError::new(ErrorCode::InvalidRequestUri, reason.sentence());
    FlowError::Rejected(StartError::Request(error.because(reason)))
}
