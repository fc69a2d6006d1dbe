//! Dynamically registered clients: their registration access tokens and their use.

use doorward_domain::model::{ClientId, ClientRegistration, GivenScopes, RegisteredBy};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::query::{ChangeRows as _, is_kept};
use crate::db::{Conn, WriteTx};
use crate::entity::client_registrations::{ActiveModel, Column, Entity};
use crate::entity::clients;
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the registration of this client. Returns `None` if an administrator registered it.
pub async fn find(
    conn: &Conn,
    client: &ClientId,
) -> Result<Option<ClientRegistration>, StoreError> {
    let row = Entity::find_by_id(client.as_str()).one(conn).await?;
    row.map(ClientRegistration::try_from).transpose()
}

pub async fn insert(tx: &WriteTx, item: &ClientRegistration) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(item)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Replaces the registration of a client and its registration access token. Of concurrent callers
/// with the same former token, one gets true.
pub async fn replace(
    tx: &WriteTx,
    former: &TokenHash,
    item: &ClientRegistration,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .set(ActiveModel::try_from(item)?)
        .filter(Column::ClientId.eq(item.client_id.as_str()))
        .filter(Column::AccessTokenHash.eq(to_bytes(former)))
        .change_one(tx)
        .await
}

/// Stores the scopes that an administrator gave this client.
pub async fn set_granted_scopes(
    tx: &WriteTx,
    client: &ClientId,
    granted: &GivenScopes,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(
            Column::GivenDelegated,
            Expr::value(granted.delegated.to_string()),
        )
        .col_expr(Column::GivenOwn, Expr::value(granted.own.to_string()))
        .filter(Column::ClientId.eq(client.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Records the use of those of up to `limit` registered clients after this ID that hold a grant now.
/// Returns the last of the clients, or `None` if there is none.
pub async fn record_use_after(
    tx: &WriteTx,
    after: Option<&str>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Option<String>, StoreError> {
    let after = after.unwrap_or_default();
    let some: Vec<String> = Entity::find()
        .select_only()
        .column(Column::ClientId)
        .filter(Column::ClientId.gt(after))
        .order_by_asc(Column::ClientId)
        .limit(limit)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let Some(last) = some.into_iter().next_back() else {
        return Ok(None);
    };
    let grant = Query::select()
        .expr(Expr::cust("1"))
        .from("grants")
        .and_where(sea_orm::sea_query::ExprTrait::equals(
            Expr::col(("grants", "client_id")),
            (Entity, Column::ClientId),
        ))
        .take();
    Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(now))
        .filter(Column::ClientId.gt(after))
        .filter(Column::ClientId.lte(last.as_str()))
        .filter(Expr::exists(grant))
        .exec(tx.conn())
        .await?;
    Ok(Some(last))
}

/// Returns up to `limit` clients that registered without an initial access token and were last used
/// before `before`.
pub async fn list_unused(
    conn: &Conn,
    before: UnixSeconds,
    limit: u64,
) -> Result<Vec<ClientId>, StoreError> {
    let strangers = Query::select()
        .column(clients::Column::Id)
        .from(clients::Entity)
        .and_where(clients::Column::RegisteredBy.eq(RegisteredBy::Anonymous.as_str()))
        .and_where(is_kept("clients"))
        .take();
    let rows = Entity::find()
        .filter(Column::SeenAt.lt(before))
        .filter(Column::ClientId.in_subquery(strangers))
        .order_by_asc(Column::SeenAt)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter()
        .map(|row| ClientRegistration::try_from(row).map(|try_from| try_from.client_id))
        .collect()
}
