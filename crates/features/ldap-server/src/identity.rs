//! The identity of a connection after a bind, checked again while the connection lasts.

use std::time::{Duration, Instant};

use doorward_domain::model::{ApiKeyId, AppPasswordId, User};
use doorward_services::error::Result as ServerResult;
use doorward_services::organization;
use doorward_store::repo;

use crate::entry::is_visible;
use crate::server::Server;

/// Age of an identity at which it is checked again.
const CONFIRMED: Duration = Duration::from_secs(2);

/// The credential of a bind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Credential {
    AppPassword(AppPasswordId),
    ApiKey(ApiKeyId),
}

/// The entries that an identity may read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum View {
    /// The user's own entry, and the groups of the user.
    Own,
    /// All users and groups, or those of an organization.
    All(Option<String>),
}

/// An authenticated user.
#[derive(Clone, Debug)]
pub struct Bound {
    pub user: User,
    pub credential: Credential,
    pub view: View,
    confirmed: Instant,
}

#[derive(Clone, Debug, Default)]
pub struct Identity(Option<Bound>);

impl Bound {
    pub fn new(user: User, credential: Credential, view: View) -> Self {
        Self {
            user,
            credential,
            view,
            confirmed: Instant::now(),
        }
    }

    /// Returns the user as stored now, if the user may still use the credential.
    async fn read(&self, server: &Server) -> ServerResult<Option<User>> {
        let core = &server.context.core;
        let read = core.db.read();
        let has_credential = match &self.credential {
            Credential::AppPassword(id) => {
                let found = repo::app_passwords::find_by_id(read, *id).await?;
                found.is_some_and(|found| found.user_id == self.user.id)
            }
            Credential::ApiKey(id) => {
                let found = repo::api_keys::find_with_owner(read, id).await?;
                let View::All(org) = &self.view else {
                    return Ok(None);
                };
                let is_member = organization::is_member(read, org.as_deref(), self.user.id).await?;
                is_member && found.is_some_and(|(key, _)| key.is_live(core.now()))
            }
        };
        if !has_credential {
            return Ok(None);
        }
        let user = repo::users::find_by_id(read, self.user.id).await?;
        Ok(user.filter(is_visible))
    }
}

impl Identity {
    pub const fn new(bound: Bound) -> Self {
        Self(Some(bound))
    }

    pub const fn is_anonymous(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the user, unless the account or the credential has ended since the bind. Then the connection is
    /// anonymous again.
    pub async fn confirm(&mut self, server: &Server) -> ServerResult<Option<Bound>> {
        let Some(bound) = &mut self.0 else {
            return Ok(None);
        };
        if bound.confirmed.elapsed() >= CONFIRMED {
            match bound.read(server).await? {
                Some(user) => {
                    bound.user = user;
                    bound.confirmed = Instant::now();
                }
                None => self.0 = None,
            }
        }
        Ok(self.0.clone())
    }
}
