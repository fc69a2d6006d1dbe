//! The present rights of the administrator who started work that the server continues.

use doorward_domain::model::StopReason;
use doorward_rules::bulk;
use doorward_services::context::Context;
use doorward_services::names::ADMIN_SCOPE;
use doorward_services::organization;

use crate::authority::Authority;
use crate::prelude::*;

/// An administrator who started something.
#[derive(Clone, Copy, Debug)]
pub struct Starter<'a> {
    /// The kind: a user, or a client that acts for itself.
    pub kind: SubjectKind,
    pub id: &'a str,
    /// The organization to which the administrator was confined.
    pub org: Option<&'a str>,
    /// The client that the administrator used; `None` for the console.
    pub client_id: Option<&'a str>,
}

impl Starter<'_> {
    /// Returns the present rights, or the reason why the work cannot go on.
    #[boxed(?Send)]
    pub async fn authority(&self, server: &Context) -> Result<Result<Authority, StopReason>> {
        let authority = match self.kind {
            SubjectKind::Client => self.authority_of_client(server).await?,
            SubjectKind::User | SubjectKind::Group => self.authority_of_user(server).await?,
        };
        if authority.is_ok() && !self.may_administer(server).await? {
            return Ok(Err(StopReason::PermissionLost));
        }
        Ok(authority)
    }

    /// Returns true if the admin API would accept a token of the client, or without one.
    async fn may_administer(&self, server: &Context) -> Result<bool> {
        let Some(id) = self.client_id else {
            return Ok(true);
        };
        let client = server.directory.client(&server.core, id).await?;
        Ok(
            client
                .is_some_and(|client| client.is_active() && client.scopes.contains(ADMIN_SCOPE.0)),
        )
    }

    async fn authority_of_user(&self, server: &Context) -> Result<Result<Authority, StopReason>> {
        let core = &server.core;
        let Some(id) = UserId::parse(self.id) else {
            return Ok(Err(StopReason::StarterDeleted));
        };
        let user = repo::users::find_by_id(core.db.read(), id).await?;
        if let Err(reason) = bulk::check_starter(user.as_ref()) {
            return Ok(Err(reason));
        }
        if let Some(slug) = self.org {
            let member = repo::organizations::membership(core.db.read(), slug, id).await?;
            if member.is_none() {
                return Ok(Err(StopReason::PermissionLost));
            }
        }
        let client = self.client_id.map(str::to_owned);
        Ok(Ok(Authority::of_user(core, id, self.org, client).await?))
    }

    async fn authority_of_client(&self, server: &Context) -> Result<Result<Authority, StopReason>> {
        let core = &server.core;
        let Some(client) = server.directory.client(core, self.id).await? else {
            return Ok(Err(StopReason::StarterDeleted));
        };
        if !client.is_active() {
            return Ok(Err(StopReason::StarterDisabled));
        }
        if !organization::serves(core, &client.id, self.org).await? {
            return Ok(Err(StopReason::PermissionLost));
        }
        Ok(Ok(Authority::of_client(core, &client.id, self.org).await?))
    }
}
