//! What a person sees of their own account.

use doorward_domain::model::{Client, Consent, Session};
use doorward_store::repo;
use std::sync::Arc;

use super::session::SignedIn;
use crate::fault::Fault;
use crate::state::State;

/// The facts of the account page.
#[derive(Debug)]
pub struct Overview {
    /// The roles that the person holds now.
    pub roles: Vec<String>,
    /// Live sessions, the newest first.
    pub sessions: Vec<Session>,
    /// Connected applications with what they were allowed.
    pub apps: Vec<(Arc<Client>, Consent)>,
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
    Ok(Overview {
        roles,
        sessions,
        apps,
    })
}
