//! Clients as who administers sees them.

use doorward_domain::model::{Client, ClientId};
use doorward_domain::rules::lint::{self, Deviation};
use doorward_protocol::token::GrantType;
use doorward_services::names::ADMIN_SCOPE;
use doorward_store::{WriteTx, repo};

use crate::operator::{AdminContext, AdminError, PAGE};

/// Every client, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &AdminContext<'_>) -> Result<Vec<Client>, AdminError> {
    op.require_global("clients:read")?;
    let mut clients = Vec::new();
    loop {
        let after = clients.last().map(|client: &Client| &client.id);
        let page = repo::clients::list(op.db.read(), after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        clients.extend(page);
    }
    clients.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(clients)
}

/// Where the clients stay behind RFC 9700, what it demands most first.
///
/// # Errors
/// When the store cannot be read.
pub async fn deviations(op: &AdminContext<'_>) -> Result<Vec<Deviation>, AdminError> {
    let clients = list(op).await?;
    let mut found: Vec<_> = clients.iter().flat_map(lint::deviations).collect();
    found.sort_by_key(|one| (one.demand, one.section));
    Ok(found)
}

/// At most `limit` clients by id, after this one.
///
/// # Errors
/// When the store cannot be read.
pub async fn page(
    op: &AdminContext<'_>,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<Client>, AdminError> {
    op.require_global("clients:read")?;
    Ok(repo::clients::list(op.db.read(), after, limit).await?)
}

/// One client.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(op: &AdminContext<'_>, id: &ClientId) -> Result<Client, AdminError> {
    op.require_global("clients:read")?;
    let found = repo::clients::find(op.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

/// One client by its id as text.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get_named(op: &AdminContext<'_>, id: &str) -> Result<Client, AdminError> {
    let id = ClientId::parse(id).ok_or_else(|| AdminError::not_found("client", id))?;
    get(op, &id).await
}

/// Demands that the administrator may make, and change, such a client: its redirect URIs and its secret
/// give what it carries. The operator's own apps, those through which people administer, those that
/// exchange tokens and the servers of resources need full power. The permissions of a client that acts
/// for itself are the administrator's to hold: no user stands behind it.
pub(super) fn may_carry(op: &AdminContext<'_>, client: &Client) -> Result<(), AdminError> {
    let (administration, _) = ADMIN_SCOPE;
    // A client is the server of the resource of its own name.
    let has_resource = client.document.is_none() && url::Url::parse(client.id.as_str()).is_ok();
    let hears = !client.serves.is_empty() || has_resource;
    // A token of somebody else, or in somebody else's name.
    let strong = [GrantType::TokenExchange, GrantType::JwtBearer];
    let exchanges = strong.iter().any(|grant| client.allows_grant(grant));
    if client.first_party || hears || exchanges || client.scopes.contains(administration) {
        op.must_administer()?;
    }
    if !client.allows_grant(&GrantType::ClientCredentials) {
        return Ok(());
    }
    op.may_give(client.scopes.iter().filter(|name| name.contains(':')))
}

/// The client to change; one that may do more than its administrator stays as it is.
pub(super) async fn get_in(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    id: &ClientId,
) -> Result<Client, AdminError> {
    op.require_global("clients:write")?;
    let found = repo::clients::find(tx, id).await?;
    let client = found.ok_or_else(|| AdminError::not_found("client", id))?;
    may_carry(op, &client)?;
    op.may_change_client(tx, id).await?;
    Ok(client)
}
