//! Clients that may act for a user.

pub mod operations;

use doorward_accounts::authorized_client::{self, AuthorizedClient};
use doorward_domain::model::{Consent, ConsentId, EndReason, RevokeReason, SessionId};
use doorward_services::context::Context;
use doorward_store::repo::client_users::{self, ClientUser};

use crate::prelude::*;

/// Lists the clients that may act for a user, the last used first.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    server: &Context,
    user: &User,
) -> Result<Vec<AuthorizedClient>> {
    context.require_global("users:read")?;
    context.require_global("clients:read")?;
    Ok(authorized_client::of_user(server, user.id).await?)
}

/// Lists the live consents to a client with their users.
#[boxed(?Send)]
pub async fn consents(
    context: &AdminContext<'_>,
    client: &ClientId,
    after: Option<ConsentId>,
    limit: u64,
) -> Result<Vec<(Consent, User)>> {
    context.require_global("users:read")?;
    context.require_global("clients:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::consents::page_for_client(read, client, after, limit, now).await?)
}

/// Lists users with a grant that can still yield tokens, each once and the newest session first.
#[boxed(?Send)]
pub async fn users(
    context: &AdminContext<'_>,
    client: &ClientId,
    before: Option<SessionId>,
    limit: u64,
) -> Result<Vec<ClientUser>> {
    context.require_global("users:read")?;
    context.require_global("clients:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(client_users::page(read, client, before, limit, now).await?)
}

/// Ends the consent, all grants, and the sessions that belong to the client.
#[boxed(?Send)]
pub async fn withdraw(context: &AdminContext<'_>, user: UserId, client: &ClientId) -> Result<()> {
    context.require_global("users:write")?;
    let tx = context.begin().await?;
    if repo::users::find_by_id(&tx, user).await?.is_none() {
        return Err(AdminError::not_found("user", &user));
    }
    context.check_power_over_user(&tx, user).await?;
    let (reason, revoked) = (EndReason::Administrator, RevokeReason::Administrator);
    let now = context.now();
    let ended = authorized_client::end_access(&tx, user, client, reason, revoked, now).await?;
    let ended = ended.ok_or_else(|| AdminError::not_found("access of client", client))?;
    let event = context
        .event(AuditKind::ConsentRevoked, user, "withdrawn")
        .through(client)
        .with("grants", ended);
    context.commit_with(tx, &event).await
}
