//! The account overview of the signed-in user, with their sessions.

use doorward_domain::model::Session;
use doorward_store::repo;
use std::sync::Arc;

use super::activity::{self, Activity};
use super::authorized_client::{self, AuthorizedClient};
use super::signed_in::SignedIn;
use crate::context::{Core, Directory, Registries};
use crate::error::ServerError;

/// The content of the account page.
#[derive(Debug)]
pub struct Overview {
    /// The current roles of the user.
    pub roles: Vec<String>,
    /// Live sessions, the newest first.
    pub sessions: Vec<Session>,
    /// Authorized clients and their access.
    pub apps: Vec<AuthorizedClient>,
    /// Number of live API keys.
    pub api_keys: usize,
    /// The most recent events.
    pub recent: Activity,
    /// The registered scopes, for their descriptions.
    pub registry: Arc<Registries>,
}

/// Reads the account page of the signed-in user with one statement.
pub async fn overview(
    core: &Core,
    directory: &Directory,
    signed_in: &SignedIn,
) -> Result<Overview, ServerError> {
    let now = core.now();
    let user = signed_in.user.id;
    let (requested, limit) = activity::recent_filter(core, signed_in);
    let found = repo::overview::find(core.db.read(), user, (&requested, limit), now).await?;
    Ok(Overview {
        roles: found.roles.roles.iter().cloned().collect(),
        sessions: found.sessions,
        apps: authorized_client::list(
            core,
            directory,
            found.consents,
            found.granted,
            found.last_uses,
        )
        .await?,
        api_keys: found.api_keys,
        recent: activity::recent(core, directory, found.events).await?,
        registry: directory.registry(core).await?,
    })
}

/// Lists the user's live sessions, the newest first.
pub async fn sessions(core: &Core, signed_in: &SignedIn) -> Result<Vec<Session>, ServerError> {
    let (user, now) = (signed_in.user.id, core.now());
    Ok(repo::sessions::list_for_user(core.db.read(), user, now).await?)
}

/// Maximum number of ended sessions that are shown.
const MAX_ENDED_SHOWN: u64 = 20;

/// Lists the user's ended sessions, the last used first.
pub async fn ended_sessions(
    core: &Core,
    signed_in: &SignedIn,
) -> Result<Vec<Session>, ServerError> {
    let (user, now) = (signed_in.user.id, core.now());
    Ok(repo::sessions::list_ended_for_user(core.db.read(), user, MAX_ENDED_SHOWN, now).await?)
}
