//! The person's word: allow or deny.

use doorward_domain::model::{AuditKind, Consent, ConsentId};
use doorward_domain::rules::next_step::NextStep;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_store::repo;

use super::authorize::{self, Browser, Outcome, PageRefusal, Resumed};
use super::caller::{Caller, Describe as _};
use super::in_write;
use super::session::SignedIn;
use crate::fault::FlowError;
use crate::state::State;

/// What the person pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Allow.
    Allow,
    /// Cancel.
    Deny,
}

/// Takes the decision and goes on. It counts only where a consent page is what comes next: nobody
/// skips to it past a sign-in that is still due.
pub async fn decide(
    state: &State,
    resumed: Resumed,
    decision: Decision,
    browser: &Browser<'_>,
    caller: &Caller,
) -> Result<Outcome, FlowError<PageRefusal>> {
    let due = authorize::step(state, &resumed.client, &resumed.interaction, browser).await?;
    let (NextStep::Consent { .. }, Some(who)) = (due, browser.signed_in) else {
        return authorize::next(state, resumed, browser, caller).await;
    };
    match decision {
        Decision::Allow => allow(state, resumed, who, browser, caller).await,
        Decision::Deny => deny(state, &resumed, who, caller).await,
    }
}

async fn allow(
    state: &State,
    mut resumed: Resumed,
    who: &SignedIn,
    browser: &Browser<'_>,
    caller: &Caller,
) -> Result<Outcome, FlowError<PageRefusal>> {
    let scope = authorize::consent_scope(&resumed.interaction);
    let now = state.now();
    let consent = Consent {
        id: ConsentId::generate(now, &mut rand::rng()),
        user_id: who.user.id,
        client_id: resumed.client.id.clone(),
        scope: scope.clone(),
        resources: resumed.interaction.request.resource.clone(),
        granted_at: now,
        expires_at: None,
        revoked_at: None,
    };
    if resumed.interaction.session_id != Some(who.session.id) {
        // A session from before the interaction: nothing was proved or chosen within it yet.
        resumed.interaction.session_id = Some(who.session.id);
        resumed.interaction.authenticated_at = None;
        resumed.interaction.account_chosen = false;
    }
    resumed.interaction.consented = Some(scope.clone());
    let written: Result<(), FlowError<PageRefusal>> = in_write(&state.db, async |tx| {
        // Adds to what was allowed before; a withdrawn consent starts afresh.
        repo::consents::upsert(tx, &consent).await?;
        repo::interactions::update(tx, &resumed.interaction).await?;
        let event = caller
            .event(AuditKind::ConsentGranted, true, now)
            .by(who.user.id)
            .about(who.user.id)
            .through(&consent.client_id)
            .with("scope", scope.to_string());
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await;
    written?;
    authorize::next(state, resumed, browser, caller).await
}

async fn deny(
    state: &State,
    resumed: &Resumed,
    who: &SignedIn,
    caller: &Caller,
) -> Result<Outcome, FlowError<PageRefusal>> {
    let Resumed {
        interaction,
        client,
    } = resumed;
    in_write(&state.db, async |tx| {
        let now = state.now();
        if !repo::interactions::complete(tx, &interaction.id, now).await? {
            return Err(FlowError::Refused(PageRefusal::Finished));
        }
        let event = caller
            .event(AuditKind::ConsentDenied, false, now)
            .by(who.user.id)
            .about(who.user.id)
            .through(&client.id);
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await?;
    let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow this");
    let response = authorize::error_response(state, client, &interaction.request, &error).await?;
    Ok(Outcome::Respond(response))
}
