//! What a person sees of their own account, and takes back.

use doorward_domain::model::{
    AuditKind, Client, ClientId, Consent, EndReason, RevokeReason, Session, SessionId,
};
use doorward_store::repo;
use std::sync::Arc;

use super::caller::{Caller, Describe as _};
use super::in_write;
use super::session::SignedIn;
use crate::fault::{Fault, FlowError};
use crate::state::{Registries, State};

/// The facts of the account page.
#[derive(Debug)]
pub struct Overview {
    /// The roles that the person holds now.
    pub roles: Vec<String>,
    /// Live sessions, the newest first.
    pub sessions: Vec<Session>,
    /// Connected applications with what they were allowed.
    pub apps: Vec<(Arc<Client>, Consent)>,
    /// The registered scopes, for their sentences.
    pub registry: Arc<Registries>,
}

/// Reads the account page of the signed-in person.
pub async fn overview(state: &State, who: &SignedIn) -> Result<Overview, Fault> {
    let now = state.now();
    let user = who.user.id;
    let sessions = repo::sessions::list_for_user(state.db.read(), user, now).await?;
    let mut apps = Vec::new();
    for consent in repo::consents::list_for_user(state.db.read(), user).await? {
        if !consent.is_live(now) {
            continue;
        }
        if let Some(client) = state.client(consent.client_id.as_str()).await? {
            apps.push((client, consent));
        }
    }
    let roles = state
        .roles_of_user(user)
        .await?
        .roles
        .iter()
        .cloned()
        .collect();
    let registry = state.registry().await?;
    Ok(Overview {
        roles,
        sessions,
        apps,
        registry,
    })
}

/// Ends another session of the same person; somebody else's is left alone without a word.
pub async fn end_session(
    state: &State,
    who: &SignedIn,
    id: SessionId,
    caller: &Caller,
) -> Result<(), Fault> {
    let done: Result<(), FlowError> = in_write(&state.db, async |tx| {
        let now = state.now();
        let found = repo::sessions::find(tx, id).await?;
        let own = found.is_some_and(|session| session.user_id == who.user.id);
        if own && repo::sessions::end(tx, id, EndReason::EndedByOwner, now).await? {
            let event = caller
                .event(AuditKind::LoggedOut, true, now)
                .by(who.user.id);
            let event = event.about(who.user.id).with("session", id.to_string());
            repo::audit::insert(tx, &event).await?;
        }
        Ok(())
    })
    .await;
    done.map_err(FlowError::into_fault)
}

/// Takes back what an app was allowed: its consent and every grant, so that its refresh tokens are
/// dead at once.
pub async fn remove_app(
    state: &State,
    who: &SignedIn,
    client: &ClientId,
    caller: &Caller,
) -> Result<(), Fault> {
    let done: Result<(), FlowError> = in_write(&state.db, async |tx| {
        let (now, user) = (state.now(), who.user.id);
        let reason = RevokeReason::ByOwner;
        let withdrawn = repo::consents::revoke(tx, user, client, now).await?;
        let ended = repo::grants::revoke_for_user_and_client(tx, user, client, reason, now).await?;
        if withdrawn || ended > 0 {
            let event = caller
                .event(AuditKind::TokenRevoked, true, now)
                .by(user)
                .about(user);
            repo::audit::insert(tx, &event.through(client).with("grants", ended)).await?;
        }
        Ok(())
    })
    .await;
    done.map_err(FlowError::into_fault)
}
