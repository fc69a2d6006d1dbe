//! Clients as who administers sees them.

use doorward_domain::model::{Client, ClientId};
use doorward_domain::rules::lint::{self, Deviation};
use doorward_store::repo;

use crate::flow::admin::{AdminError, Operator, PAGE};

/// Every client, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &Operator<'_>) -> Result<Vec<Client>, AdminError> {
    op.need_everywhere("clients:read")?;
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
pub async fn deviations(op: &Operator<'_>) -> Result<Vec<Deviation>, AdminError> {
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
    op: &Operator<'_>,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<Client>, AdminError> {
    op.need_everywhere("clients:read")?;
    Ok(repo::clients::list(op.db.read(), after, limit).await?)
}

/// One client.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(op: &Operator<'_>, id: &ClientId) -> Result<Client, AdminError> {
    op.need_everywhere("clients:read")?;
    let found = repo::clients::find(op.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

/// One client by its id as text.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get_named(op: &Operator<'_>, id: &str) -> Result<Client, AdminError> {
    let id = ClientId::parse(id).ok_or_else(|| AdminError::not_found("client", id))?;
    get(op, &id).await
}
