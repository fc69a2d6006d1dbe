//! The steps of an interaction, from its request to its response.

use doorward_domain::model::InteractionId;
use doorward_protocol::authorize::AuthorizationRequest;
use doorward_rules::authorize::{self, RedirectTargetError, StaleRequest};
use doorward_rules::request_mode::{self, Form};
use doorward_services::limits::OpenRequestKind;

use super::foreign;
use super::impersonation;
use super::response::{self, error_response, hold_for_confirmation, respond_with_code};
use super::step::{complete, step};
use super::types::{ActiveInteraction, AuthorizeError, BrowserContext, IsStored, Outcome};
use crate::deleted_client;
use crate::prelude::*;

/// Lifetime of an interaction, in seconds.
const INTERACTION_TTL: i64 = 30 * 60;

pub(crate) fn new_interaction(
    core: &Core,
    client: &Client,
    request: AuthorizationRequest,
    browser_hash: TokenHash,
) -> Interaction {
    let now = core.now();
    Interaction {
        id: InteractionId::generate(&mut core.rng()),
        browser_hash,
        client_id: client.id.clone(),
        request,
        session_id: None,
        authenticated_at: None,
        account_chosen: false,
        consented: None,
        created_at: now,
        expires_at: now + INTERACTION_TTL,
        completed_at: None,
    }
}

/// Returns the client and its validated redirect URI. Without both, no response is sent to a
/// client.
pub(crate) async fn target(
    context: &Context,
    params: &Params,
) -> FlowResult<(Arc<Client>, String), AuthorizeError> {
    let unreadable = |error| FlowError::Rejected(AuthorizeError::Unreadable(error));
    let client_id = doorward_protocol::authorize::client_id(params).map_err(unreadable)?;
    let presented = doorward_protocol::authorize::redirect_uri(params).map_err(unreadable)?;
    let client = context
        .client(client_id)
        .await?
        .filter(|client| client.is_active() && client.kind != ClientKind::Saml);
    let Some(client) = client else {
        return Err(FlowError::Rejected(AuthorizeError::UnknownClient));
    };
    let scope = params.all("scope").next().unwrap_or_default();
    let is_openid = scope.split(' ').any(|name| name == "openid");
    match authorize::redirect_target(&client, presented, is_openid) {
        Ok(uri) => Ok((client, uri)),
        Err(rejection @ RedirectTargetError::Missing) => {
            Err(unreadable(rejection.to_error(presented)))
        }
        Err(rejection) => {
            let error = rejection.to_error(presented);
            Err(FlowError::Rejected(AuthorizeError::RedirectUri(error)))
        }
    }
}

/// Reads the rest of the request; from here on, errors are sent to the client.
pub(crate) async fn read(
    context: &Context,
    params: &Params,
    client: &Client,
    redirect_uri: String,
) -> FlowResult<AuthorizationRequest> {
    let mut request = AuthorizationRequest::parse(params, redirect_uri)?;
    request.former_issuer = context.core.request_former_issuer().map(str::to_owned);
    let registry = context.registry().await?;
    let resolved = authorize::check(&request, client, &registry.view())?;
    Ok(authorize::within_registration(request, client, resolved))
}

/// Reads the request and checks its form, and that the parameters `beside` it name no other
/// organization.
pub(crate) async fn read_in_form(
    context: &Context,
    params: &Params,
    beside: &Params,
    client: &Client,
    redirect_uri: String,
    form: Form,
) -> FlowResult<AuthorizationRequest> {
    let pushes = context.core.config.authorization.require_pushed_requests;
    request_mode::check(client, pushes, form)?;
    let request = read(context, params, client, redirect_uri).await?;
    request_mode::check_organization(beside, request.organization.as_deref())?;
    Ok(request)
}

/// Builds an error response to the client in the response mode that the parameters request.
pub(crate) async fn rejected_outcome(
    context: &Context,
    client: &Client,
    redirect_uri: String,
    params: &Params,
    error: &OAuthError,
) -> Result<Outcome> {
    let answer_to = doorward_protocol::authorize::response_target(params);
    let pairs = doorward_protocol::authorize::error_pairs(
        error,
        answer_to.state.as_deref(),
        context.core.issuer(),
    );
    let mode = answer_to.response_mode;
    let mut response = response::respond(context, client, redirect_uri, mode, pairs).await?;
    response.error = Some(error.clone());
    Ok(Outcome::Respond(response))
}

/// Finds an interaction for the browser that began it, and limits its request to the current
/// registration of the client.
#[boxed(?Send)]
pub async fn resume(
    context: &Context,
    id: &InteractionId,
    browser: &TokenHash,
) -> FlowResult<ActiveInteraction, AuthorizeError> {
    let core = &context.core;
    let reject = |error| Err(FlowError::Rejected(error));
    let Some(mut interaction) = repo::interactions::find(core.db.read(), id).await? else {
        return reject(AuthorizeError::Expired);
    };
    // CVE-2022-39222: the id without the browser's cookie gives no access.
    if interaction.browser_hash != *browser {
        return reject(AuthorizeError::OtherBrowser);
    }
    if interaction.completed_at.is_some() {
        return reject(AuthorizeError::Finished);
    }
    if core.now() >= interaction.expires_at {
        return reject(AuthorizeError::Expired);
    }
    let client = context.client(interaction.client_id.as_str()).await?;
    let Some(client) = client.filter(|client| client.is_active()) else {
        return reject(AuthorizeError::UnknownClient);
    };
    let registry = context.registry().await?;
    match authorize::recheck(&interaction.request, &client, &registry.view()) {
        Ok(scope) => {
            let request = &mut interaction.request;
            request.claims = authorize::claims_within(&request.claims, &client.scopes);
            request.scope = scope;
        }
        Err(StaleRequest::RedirectUri(rejection)) => {
            let error = rejection.to_error(Some(&interaction.request.redirect_uri));
            return reject(AuthorizeError::RedirectUri(error));
        }
        // The next step is the error response to the client.
        Err(StaleRequest::Request(_)) => {}
    }
    Ok(ActiveInteraction {
        interaction,
        client,
    })
}

/// Returns the interaction if this browser began it and it is not completed.
#[boxed(?Send)]
pub async fn find_own(
    core: &Core,
    id: &InteractionId,
    browser: &TokenHash,
) -> Result<Option<Interaction>> {
    let stored = repo::interactions::find(core.db.read(), id).await?;
    Ok(stored.filter(|stored| is_open_in(stored, browser)))
}

fn is_open_in(stored: &Interaction, browser: &TokenHash) -> bool {
    stored.browser_hash == *browser && stored.completed_at.is_none()
}

/// Restarts an expired interaction in the browser that began it, without the progress made: the user
/// still arrives at the client.
///
/// # Errors
/// Returns `TooMany` if too many interactions were started from this address.
#[boxed(?Send)]
pub async fn restart(
    context: &Context,
    id: &InteractionId,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<(), AuthorizeError> {
    let core = &context.core;
    let stored = repo::interactions::find(core.db.read(), id).await?;
    let now = core.now();
    let expired =
        stored.filter(|stored| is_open_in(stored, &browser.hash) && now >= stored.expires_at);
    let Some(expired) = expired else {
        return Ok(());
    };
    admit(context, browser, caller).await?;
    let restarted = Interaction {
        session_id: None,
        authenticated_at: None,
        account_chosen: false,
        consented: None,
        created_at: now,
        expires_at: now + INTERACTION_TTL,
        ..expired
    };
    let tx = core.db.begin_write().await?;
    repo::interactions::update(&tx, &restarted).await?;
    tx.commit().await?;
    Ok(())
}

/// Returns the next step of an interaction to which the browser returns.
#[boxed(?Send)]
pub async fn proceed(
    context: &Context,
    resumed: ActiveInteraction,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let ActiveInteraction {
        interaction,
        client,
    } = resumed;
    let outcome = advance(
        context,
        &client,
        interaction,
        browser,
        IsStored::Yes,
        caller,
    )
    .await?;
    Ok(hold_for_confirmation(&client, browser, outcome))
}

pub(super) async fn advance(
    context: &Context,
    client: &Client,
    interaction: Interaction,
    browser: &BrowserContext<'_>,
    stored: IsStored,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let advanced = take_step(context, client, interaction, browser, stored, caller).await;
    let gone = AuthorizeError::UnknownClient;
    deleted_client::or_reject(&context.core, client, gone, advanced).await
}

async fn take_step(
    context: &Context,
    client: &Client,
    interaction: Interaction,
    browser: &BrowserContext<'_>,
    stored: IsStored,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let core = &context.core;
    if let Some(found) = impersonation::find(core, client, browser).await? {
        let waiting = (&interaction, stored == IsStored::Yes);
        return impersonation::answer(context, client, waiting, &found, browser, caller).await;
    }
    match step(context, client, &interaction, browser).await? {
        NextStep::Issue(allowed) => match browser.signed_in {
            Some(signed_in) => {
                let is_stored = stored == IsStored::Yes;
                if let Some(own) = &interaction.request.foreign {
                    let waiting = (&interaction, is_stored);
                    let issued = foreign::issue(context, client, waiting, own, &allowed, signed_in);
                    return Ok(Outcome::Respond(issued.await?));
                }
                let waiting = (&interaction, is_stored);
                respond_with_code(context, client, waiting, &allowed, signed_in, caller).await
            }
            None => Err(ServerError::Internal("a code without a signed-in user".to_owned()).into()),
        },
        NextStep::Refuse(error) => {
            if stored == IsStored::Yes {
                complete(core, &interaction).await?;
            }
            let response = error_response(context, client, &interaction.request, &error).await?;
            Ok(Outcome::Respond(response))
        }
        page => {
            if stored == IsStored::No {
                admit(context, browser, caller).await?;
                let tx = core.db.begin_write().await?;
                repo::interactions::insert(&tx, &interaction).await?;
                tx.commit().await?;
            }
            Ok(Outcome::Step(interaction.id, page))
        }
    }
}

async fn admit(
    context: &Context,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<(), AuthorizeError> {
    let admitted = context.limits.rate_limiter.admit_interaction(caller).await;
    admitted.map_err(|consumed| FlowError::Rejected(AuthorizeError::TooMany(consumed)))?;
    Ok(admit_anonymous(context, browser).await?)
}

/// Admits the interaction of a browser without a session, of which there may be too many.
pub(crate) async fn admit_anonymous(context: &Context, browser: &BrowserContext<'_>) -> Result<()> {
    if browser.signed_in.is_some() {
        return Ok(());
    }
    let open = &context.limits.open_requests;
    open.admit(&context.core, OpenRequestKind::Interaction)
        .await
}

/// Records that the user continues with the current account (`prompt=select_account`).
#[boxed(?Send)]
pub async fn choose_account(
    core: &Core,
    interaction: &Interaction,
    signed_in: &SignedIn,
) -> Result<Interaction> {
    let tx = core.db.begin_write().await?;
    let mut chosen = interaction.clone();
    if chosen.session_id != Some(signed_in.session.id) {
        chosen.session_id = Some(signed_in.session.id);
        chosen.authenticated_at = None;
        chosen.consented = None;
    }
    chosen.account_chosen = true;
    repo::interactions::update(&tx, &chosen).await?;
    tx.commit().await?;
    Ok(chosen)
}
