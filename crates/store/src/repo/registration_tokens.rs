//! Initial access tokens with a limited number of uses.

use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::query::{ChangeRows as _, PAGE_MAX, models, purge_older, purge_some};
use crate::db::{Conn, WriteTx};
use crate::entity::registration_tokens::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the token with this ID in any state.
pub async fn find(
    conn: &Conn,
    id: RegistrationTokenId,
) -> Result<Option<RegistrationToken>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    row.map(RegistrationToken::try_from).transpose()
}

/// Returns the token with this hash, if it can still be used.
pub async fn find_live(
    conn: &Conn,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>, StoreError> {
    let row = Entity::find()
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    row.map(RegistrationToken::try_from).transpose()
}

/// Returns up to `limit` usable tokens after this ID, ordered by ID.
pub async fn list_live(
    conn: &Conn,
    now: UnixSeconds,
    after: Option<RegistrationTokenId>,
    limit: u64,
) -> Result<Vec<RegistrationToken>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id)
        .limit(limit.min(PAGE_MAX));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.as_uuid()));
    }
    models(query.all(conn).await?)
}

pub async fn insert(tx: &WriteTx, token: &RegistrationToken) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(token)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Consumes one use of a token and returns the token. Of concurrent callers, only as many succeed as
/// uses were left, because a single statement decides.
pub async fn claim(
    tx: &WriteTx,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>, StoreError> {
    use sea_orm::sea_query::ExprTrait as _;

    let result = Entity::update_many()
        .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    if result.rows_affected != 1 {
        return Ok(None);
    }
    let row = Entity::find()
        .filter(Column::Hash.eq(to_bytes(hash)))
        .one(tx.conn())
        .await?;
    row.map(RegistrationToken::try_from).transpose()
}

/// Deletes a token. Returns false if it does not exist.
pub async fn delete(tx: &WriteTx, id: RegistrationTokenId) -> Result<bool, StoreError> {
    Entity::delete_by_id(id.as_uuid()).change_one(tx).await
}

/// Deletes up to `limit` tokens that can still be used. Returns their number.
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64, StoreError> {
    let live = Condition::all()
        .add(Column::UsesLeft.gt(0))
        .add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, live, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` tokens that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
