//! Dynamically registered clients: their registration access tokens and their use.

use doorward_domain::boxed;
use doorward_domain::model::{ClientRegistration, GivenScopes, RegisteredBy};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::client_registrations::{ActiveModel, Column, Entity};
use crate::entity::clients;

/// Returns the registration of this client. Returns `None` if an administrator registered it.
#[boxed]
pub async fn find(conn: &Conn, client: &ClientId) -> Result<Option<ClientRegistration>> {
    Entity::find_by_id(client.as_str()).load_one(conn).await
}

/// Replaces the registration of a client and its registration access token. Of concurrent callers
/// with the same former token, one gets true.
#[boxed]
pub async fn replace(tx: &WriteTx, former: &TokenHash, item: &ClientRegistration) -> Result<bool> {
    Entity::update_many()
        .set(ActiveModel::try_from(item)?)
        .filter(Column::ClientId.eq(item.client_id.as_str()))
        .filter(Column::AccessTokenHash.eq(to_bytes(former)))
        .change_one(tx)
        .await
}

/// Stores the scopes that an administrator gave this client.
#[boxed]
pub async fn set_granted_scopes(
    tx: &WriteTx,
    client: &ClientId,
    granted: &GivenScopes,
) -> Result<()> {
    Entity::update_many()
        .value(Column::GivenDelegated, granted.delegated.to_string())
        .value(Column::GivenOwn, granted.own.to_string())
        .filter(Column::ClientId.eq(client.as_str()))
        .run(tx)
        .await
}

/// Records the use of those of up to `limit` registered clients after this ID that hold a grant now.
/// Returns the last of the clients, or `None` if there is none.
#[boxed]
pub async fn record_use_after(
    tx: &WriteTx,
    after: Option<&str>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Option<String>> {
    let after = after.unwrap_or_default();
    let some = Entity::find().page_after(Column::ClientId, Some(after), limit);
    let mut some: Vec<String> = some.load_column(Column::ClientId, tx).await?;
    let Some(last) = some.pop() else {
        return Ok(None);
    };
    // A value of each client, not `EXISTS`, for which PostgreSQL may read all grants.
    let grant = select_one("grants")
        .and_where(Expr::col(("grants", "client_id")).equals((Entity, Column::ClientId)))
        .limit(1)
        .take();
    Entity::update_many()
        .value(Column::SeenAt, now)
        .filter(Column::ClientId.gt(after))
        .filter(Column::ClientId.lte(last.as_str()))
        .filter(Expr::from(grant).is_not_null())
        .run(tx)
        .await?;
    Ok(Some(last))
}

/// Returns up to `limit` clients that registered without an initial access token and were last used
/// before `before`.
#[boxed]
pub async fn list_unused(conn: &Conn, before: UnixSeconds, limit: u64) -> Result<Vec<ClientId>> {
    let strangers = Query::select()
        .column(clients::Column::Id)
        .from(clients::Entity)
        .and_where(clients::Column::RegisteredBy.eq(RegisteredBy::Anonymous.as_str()))
        .and_where(is_kept("clients"))
        .take();
    let unused: Vec<ClientRegistration> = Entity::find()
        .filter(Column::SeenAt.lt(before))
        .filter(Column::ClientId.in_subquery(strangers))
        .order_by_asc(Column::SeenAt)
        .limit(limit)
        .load(conn)
        .await?;
    Ok(unused.into_iter().map(|item| item.client_id).collect())
}
