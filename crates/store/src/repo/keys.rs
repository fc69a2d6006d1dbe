//! Signing keys.

use doorward_domain::keys::KeyRecord;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder};

use crate::db::{Conn, WriteTx};
use crate::entity::signing_keys::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Every key, the oldest first.
pub async fn list<C: Conn>(conn: &C) -> Result<Vec<KeyRecord>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Kid)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(KeyRecord::from).collect())
}

/// Every key, while no other replica can change them until this transaction ends: plan a rotation
/// on these records and carry it out in the same transaction.
pub async fn list_for_update(tx: &WriteTx) -> Result<Vec<KeyRecord>, StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Stops other writers, not readers. SQLite has but one writer.
        tx.execute_unprepared("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")
            .await?;
    }
    list(tx).await
}

/// Stores a key if the keys are still exactly those in `known`, whichever way another replica may
/// have changed them meanwhile; false (and nothing stored) when they are not. With an empty
/// `known`, of many replicas starting at once, one gets true.
pub async fn insert_if_unchanged(
    tx: &WriteTx,
    key: &KeyRecord,
    known: &[String],
) -> Result<bool, StoreError> {
    let current = list_for_update(tx).await?;
    let unchanged =
        current.len() == known.len() && current.iter().all(|record| known.contains(&record.kid));
    if unchanged {
        insert(tx, key).await?;
    }
    Ok(unchanged)
}

/// Stores a key.
///
/// # Errors
/// [`StoreError::Conflict`] on `kid`.
pub async fn insert(tx: &WriteTx, key: &KeyRecord) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(key))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Says that a key no longer signs since `now`; false when it was retired already.
pub async fn retire(tx: &WriteTx, kid: &str, now: UnixSeconds) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::RetiredAt, Expr::value(now))
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Makes a waiting key sign from `active_at` on; false when it is retired or unknown.
pub async fn activate(tx: &WriteTx, kid: &str, active_at: UnixSeconds) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::ActiveAt, Expr::value(active_at))
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Removes a retired key for good; false when there is no such key or it is not retired.
pub async fn purge(tx: &WriteTx, kid: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_not_null())
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}
