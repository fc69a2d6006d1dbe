//! The next step of an interaction: what decides on it is read here.

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_rules::authorize::{self, StaleRequest};
use doorward_rules::next_step::{InteractionState, next_step};
use doorward_rules::second_factor::SecondFactorStatus;

use super::types::{AuthorizeError, BrowserContext};
use crate::logout::verify_id_token_hint;
use crate::prelude::*;

pub(crate) async fn step(
    context: &Context,
    client: &Client,
    interaction: &Interaction,
    browser: &BrowserContext<'_>,
) -> Result<NextStep> {
    let core = &context.core;
    let registry = context.registry().await?;
    let current = authorize::recheck(&interaction.request, client, &registry.view());
    // The redirect URI was checked when the request was read or resumed.
    if let Err(StaleRequest::Request(error)) = current {
        return Ok(NextStep::Refuse(error));
    }
    let expected = expected_subject(context, client, &interaction.request, browser).await?;
    let expected_subject = match expected {
        Expected::AnyUser => None,
        Expected::User(user) => Some(user),
        Expected::NoUser => {
            let error = OAuthError::new(ErrorCode::LoginRequired, "the expected user is unknown");
            return Ok(NextStep::Refuse(error));
        }
        Expected::BadHint => {
            let error = OAuthError::new(ErrorCode::InvalidRequest, "id_token_hint is not valid");
            return Ok(NextStep::Refuse(error));
        }
    };
    let known = browser.known.filter(|known| known.client == client.id);
    let (consent, second_factor) = match (browser.signed_in, known) {
        (Some(signed_in), Some(known)) => (
            known.consent.clone(),
            known.factors.status(&context.accounts, signed_in),
        ),
        (Some(signed_in), None) => (
            repo::consents::find(core.db.read(), signed_in.user.id, &client.id).await?,
            factors::status(context, signed_in).await?,
        ),
        (None, _) => (None, SecondFactorStatus::default()),
    };
    let organization = interaction.request.organization.as_deref();
    let is_member = match browser.signed_in {
        Some(signed_in) => {
            organization::is_member(core.db.read(), organization, signed_in.user.id).await?
        }
        None => organization.is_none(),
    };
    Ok(next_step(&InteractionState {
        interaction,
        client,
        session: browser.signed_in.map(|signed_in| &signed_in.session),
        expected_subject,
        consent: consent.as_ref(),
        optional_scopes: &core.config.consent.optional(),
        registry: registry.view(),
        second_factor,
        leaving: browser
            .signed_in
            .is_some_and(|signed_in| signed_in.user.is_deletion_pending()),
        email_due: browser
            .signed_in
            .is_some_and(|signed_in| core.requires_verification_of(&signed_in.user)),
        is_member,
        now: core.now(),
    }))
}

/// A user id that matches no user.
const OTHER_USER: UserId = UserId::from_uuid(uuid::Uuid::nil());

/// The user that the client expects (OIDC Core §3.1.2.1 `id_token_hint`, §5.5.1 `sub`).
enum Expected {
    AnyUser,
    User(UserId),
    NoUser,
    BadHint,
}

async fn expected_subject(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    browser: &BrowserContext<'_>,
) -> Result<Expected> {
    let hinted = match &request.id_token_hint {
        None => None,
        Some(hint) => match verify_id_token_hint(context, hint).await? {
            Some(hint) if hint.is_for(client) => Some(hint.subject),
            _ => return Ok(Expected::BadHint),
        },
    };
    let spec = request.claims.id_token.get("sub");
    let value = spec.and_then(|spec| spec.value.as_ref());
    let named = value.and_then(|value| value.as_str().map(str::to_owned));
    let subject = match (hinted, named) {
        (Some(hinted), Some(named)) if hinted != named => return Ok(Expected::NoUser),
        (Some(subject), _) | (None, Some(subject)) => subject,
        (None, None) => return Ok(Expected::AnyUser),
    };
    let core = &context.core;
    if client.pairwise_sector.is_none() {
        let Some(known) = UserId::parse(&subject) else {
            return Ok(Expected::NoUser);
        };
        let user = core
            .aliases
            .user_of(core.db.read(), &client.id, known)
            .await?;
        return Ok(Expected::User(user));
    }
    // A pairwise subject cannot be mapped to a user, so it is only compared with that of the
    // signed-in user.
    let Some(user) = browser.signed_in.map(|signed_in| signed_in.user.id) else {
        return Ok(Expected::User(OTHER_USER));
    };
    let known = core
        .aliases
        .known_as(core.db.read(), &client.id, user)
        .await?;
    let is_theirs = context.issuing.subject_key.subject(client, known) == subject;
    Ok(Expected::User(if is_theirs { user } else { OTHER_USER }))
}

/// Marks an interaction as completed, so that the Back button cannot submit it again.
pub(crate) async fn complete(
    core: &Core,
    interaction: &Interaction,
) -> FlowResult<(), AuthorizeError> {
    in_transaction(&core.db, async |tx| {
        if repo::interactions::complete(tx, &interaction.id, core.now()).await? {
            Ok(())
        } else {
            Err(FlowError::Rejected(AuthorizeError::Finished))
        }
    })
    .await
}
