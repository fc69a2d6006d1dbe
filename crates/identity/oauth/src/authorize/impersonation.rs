//! Requests of the client in which an administrator acts as a user. They are answered for the user at once, or
//! rejected: no page is for the administrator.

use doorward_rules::consent::ConsentedAccess;
use doorward_rules::impersonation as rule;
use doorward_services::acting;

use super::response::{error_response, respond_with_code};
use super::step::{complete, step};
use super::types::{AuthorizeError, BrowserContext, Outcome};
use crate::issue;
use crate::prelude::*;

/// Returns the impersonation that requests of this client in this browser are answered for.
pub(super) async fn find(
    core: &Core,
    client: &Client,
    browser: &BrowserContext<'_>,
) -> Result<Option<Grant>> {
    let Some(signed_in) = browser.signed_in else {
        return Ok(None);
    };
    let found = acting::of_session(core, signed_in.session.id).await?;
    Ok(found.filter(|found| found.client_id == client.id))
}

/// The user as whom an administrator acts, and the access of the client.
type Answer = (SignedIn, ConsentedAccess);

/// Answers a request for the user.
pub(super) async fn answer(
    context: &Context,
    client: &Client,
    waiting: (&Interaction, bool),
    impersonation: &Grant,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    match decide(context, client, waiting.0, impersonation, browser).await {
        Ok((signed_in, allowed)) => {
            respond_with_code(context, client, waiting, &allowed, &signed_in, caller).await
        }
        Err(FlowError::Rejected(error)) => {
            reject(context, client, waiting, impersonation, &error, caller).await
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// Decides on a request. It creates no consent, and a client gets no access that the user has not given it.
async fn decide(
    context: &Context,
    client: &Client,
    interaction: &Interaction,
    impersonation: &Grant,
    browser: &BrowserContext<'_>,
) -> FlowResult<Answer> {
    let core = &context.core;
    let (read, now, issuer) = (core.db.read(), core.now(), core.issuer());
    let (Some(own), Some(actor)) = (browser.signed_in, impersonation.actor()) else {
        return Err(rule::refused().into());
    };
    let user = repo::users::find_by_id(read, impersonation.user_id).await?;
    let Some(user) = user.filter(User::is_active) else {
        return Err(rule::refused().into());
    };
    let may_act = own.user.id == actor
        && interaction.request.foreign.is_none()
        && acting::may_act(read, issuer, actor, now).await?
        && !acting::administers(read, issuer, user.id, now).await?;
    if !may_act {
        return Err(rule::refused().into());
    }
    rule::check_request(&interaction.request)?;
    // Its progress is that of the administrator.
    let request = Interaction {
        session_id: None,
        ..interaction.clone()
    };
    let end = impersonation.expires_at.min(own.session.expires_at);
    let session = Session {
        user_id: user.id,
        idle_expires_at: end,
        expires_at: end,
        ..own.session.clone()
    };
    let signed_in = SignedIn {
        actor: Some(actor),
        ..SignedIn::in_browser(session, user)
    };
    let browser = BrowserContext::new(browser.hash, Some(&signed_in));
    match step(context, client, &request, &browser).await? {
        NextStep::Issue(allowed) => {
            let registry = context.registry().await?;
            let access = ConsentedAccess {
                scope: rule::limit_scope(&allowed.scope, &registry.scopes, issuer),
                until: Some(allowed.until.map_or(end, |until| until.min(end))),
                ..allowed
            };
            Ok((signed_in, access))
        }
        NextStep::Refuse(error) => Err(error.into()),
        _ => Err(rule::refused().into()),
    }
}

/// Records the rejection of a request, and returns it to the client.
async fn reject(
    context: &Context,
    client: &Client,
    (interaction, is_stored): (&Interaction, bool),
    impersonation: &Grant,
    error: &OAuthError,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let core = &context.core;
    if is_stored {
        complete(core, interaction).await?;
    }
    let reason = error.description.to_string();
    let event =
        issue::impersonation_event(core, impersonation, false, caller).with("reason", reason);
    let tx = core.db.begin_write().await?;
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    let response = error_response(context, client, &interaction.request, error).await?;
    Ok(Outcome::Respond(response))
}
