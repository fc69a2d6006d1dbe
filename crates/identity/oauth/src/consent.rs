//! The user's consent decision: allow or deny.

use doorward_domain::model::{Consent, ConsentId};
use doorward_rules::authorize as rule;
use doorward_rules::consent::{self, ConsentRequest};

use super::authorize::types::{ActiveInteraction, AuthorizeError, BrowserContext, Outcome};
use super::authorize::{self, interaction, step};
use super::deleted_client;
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    Allow,
    Deny,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentResponse {
    pub decision: Decision,
    pub ticked: Scope,
    /// The optional scopes on the form.
    pub offered: Scope,
}

/// Applies the decision and advances the interaction. It counts only if consent is the next step,
/// so a pending sign-in cannot be skipped.
#[boxed(?Send)]
pub async fn decide(
    context: &Context,
    resumed: ActiveInteraction,
    answer: &ConsentResponse,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let due = step::step(context, &resumed.client, &resumed.interaction, browser).await?;
    let (NextStep::Consent(question), Some(signed_in)) = (due, browser.signed_in) else {
        return interaction::proceed(context, resumed, browser, caller).await;
    };
    match answer.decision {
        Decision::Allow => {
            let allowed = question.granted_scope(&answer.ticked, &answer.offered);
            allow(context, resumed, &allowed, browser, caller).await
        }
        Decision::Deny => deny(context, &resumed, signed_in, caller).await,
    }
}

async fn allow(
    context: &Context,
    mut resumed: ActiveInteraction,
    allowed: &Scope,
    browser: &BrowserContext<'_>,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let core = &context.core;
    let Some(signed_in) = browser.signed_in else {
        return Err(ServerError::Internal("a consent without a signed-in user".to_owned()).into());
    };
    let now = core.now();
    let registry = context.registry().await?;
    let asked = rule::consent_scope(&resumed.interaction.request);
    let requested = ConsentRequest {
        scope: &asked,
        resources: &resumed.interaction.request.resource,
        details: &resumed.interaction.request.authorization_details,
        optional: &consent::optional(&resumed.client, &core.config.consent.optional()),
        registry: registry.view(),
    };
    let consent = new_consent(
        core,
        &resumed.client,
        signed_in.user.id,
        &requested,
        allowed,
    );
    if resumed.interaction.session_id != Some(signed_in.session.id) {
        // The session is older than the interaction: nothing was authenticated or chosen in the
        // interaction yet.
        resumed.interaction.session_id = Some(signed_in.session.id);
        resumed.interaction.authenticated_at = None;
        resumed.interaction.account_chosen = false;
    }
    resumed.interaction.consented = Some(allowed.clone());
    let written: FlowResult<(), AuthorizeError> = in_transaction(&core.db, async |tx| {
        // Adds to the former consent; a withdrawn one starts empty.
        repo::consents::upsert(tx, &consent).await?;
        repo::interactions::update(tx, &resumed.interaction).await?;
        let event = caller
            .event(AuditKind::ConsentGranted, true, now)
            .by(signed_in.user.id)
            .about(signed_in.user.id)
            .through(&consent.client_id);
        repo::audit::insert(tx, &with_consent_details(event, &consent)).await?;
        Ok(())
    })
    .await;
    let gone = AuthorizeError::UnknownClient;
    deleted_client::or_reject(core, &resumed.client, gone, written).await?;
    interaction::proceed(context, resumed, browser, caller).await
}

pub(super) fn new_consent(
    core: &Core,
    client: &Client,
    user: UserId,
    requested: &ConsentRequest<'_>,
    allowed: &Scope,
) -> Consent {
    let now = core.now();
    let (scope, resources) = requested.within(allowed);
    Consent {
        id: ConsentId::generate(now, &mut core.rng()),
        user_id: user,
        client_id: client.id.clone(),
        declined: requested.scope.difference(&scope),
        scope,
        resources,
        authorization_details: requested.remembered(requested.details),
        granted_at: now,
        expires_at: consent::end(client, core.config.consent.lifetime, now),
        revoked_at: None,
    }
}

pub(super) fn with_consent_details(event: AuditEvent, consent: &Consent) -> AuditEvent {
    let event = event.with("scope", consent.scope.to_string());
    let event = match consent.declined.to_string() {
        declined if declined.is_empty() => event,
        declined => event.with("left_out", declined),
    };
    match consent.expires_at {
        Some(until) => event.with("until", until),
        None => event,
    }
}

async fn deny(
    context: &Context,
    resumed: &ActiveInteraction,
    signed_in: &SignedIn,
    caller: &Caller,
) -> FlowResult<Outcome, AuthorizeError> {
    let core = &context.core;
    let ActiveInteraction {
        interaction,
        client,
    } = resumed;
    in_transaction(&core.db, async |tx| {
        let now = core.now();
        if !repo::interactions::complete(tx, &interaction.id, now).await? {
            return Err(FlowError::Rejected(AuthorizeError::Finished));
        }
        let event = caller
            .event(AuditKind::ConsentDenied, false, now)
            .by(signed_in.user.id)
            .about(signed_in.user.id)
            .through(&client.id);
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await?;
    let error = OAuthError::new(ErrorCode::AccessDenied, "the user denied the request");
    let response = authorize::error_response(context, client, &interaction.request, &error).await?;
    Ok(Outcome::Respond(response))
}
