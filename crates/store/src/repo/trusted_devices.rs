//! Browsers that people trust.

use doorward_domain::model::{TrustedDevice, TrustedDeviceId, UserId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::query::{models, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::row::to_bytes;
use crate::entity::trusted_devices::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// The browsers that the person trusts at `now`, the newest first.
pub async fn list<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<Vec<TrustedDevice>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await?;
    models(rows)
}

/// Keeps a new one.
pub async fn insert(tx: &WriteTx, device: &TrustedDevice) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(device))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Notes that the person uses a browser that holds one of these values; none where they trust no such
/// browser.
pub async fn note_use(
    tx: &WriteTx,
    user: UserId,
    tokens: &[TokenHash],
    now: UnixSeconds,
) -> Result<Option<TrustedDeviceId>, StoreError> {
    if tokens.is_empty() {
        return Ok(None);
    }
    let noted = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::TokenHash.is_in(tokens.iter().map(to_bytes)))
        .filter(Column::ExpiresAt.gt(now))
        .exec_with_returning(tx)
        .await?;
    let first = noted.first();
    Ok(first.map(|row| TrustedDeviceId::from_uuid(row.id)))
}

/// Takes the trust of a person in one browser back; false where there is none (any more).
pub async fn remove(tx: &WriteTx, user: UserId, id: TrustedDeviceId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Takes all of it back; says how many there were.
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}

/// Removes those that were over before `before`; says how many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
