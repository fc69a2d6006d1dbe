//! Failed sign-ins since the last successful one. A bucket is a keyed hash, so that rows contain no
//! names.

use doorward_domain::rules::rate_limit::Failures;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::login_failures::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Returns the failures of a bucket.
pub async fn find<C: Conn>(conn: &C, bucket: &[u8; 32]) -> Result<Option<Failures>, StoreError> {
    let row = Entity::find_by_id(bucket.to_vec()).one(conn).await?;
    Ok(row.map(Failures::from))
}

/// Applies `change` to the failures of a bucket (initially none) and returns the result. Concurrent
/// callers are serialized: each sees the previous result.
pub async fn change(
    tx: &WriteTx,
    bucket: &[u8; 32],
    now: UnixSeconds,
    change: impl FnOnce(Option<&Failures>) -> Failures,
) -> Result<Failures, StoreError> {
    let empty = ActiveModel {
        bucket: Set(bucket.to_vec()),
        failures: Set(0),
        locked_until: Set(None),
        updated_at: Set(now),
    };
    // A missing row cannot be locked, so the first caller inserts it.
    let once = OnConflict::column(Column::Bucket).do_nothing().to_owned();
    let insert = Entity::insert(empty).on_conflict(once).into_query();
    let is_new = tx.execute(&insert).await?.rows_affected() == 1;
    let row = Entity::find_by_id(bucket.to_vec())
        .lock_exclusive()
        .one(tx)
        .await?;
    let before = row.filter(|_| !is_new).map(Failures::from);
    let after = change(before.as_ref());
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(after.count))
        .col_expr(Column::LockedUntil, Expr::value(after.locked_until))
        .col_expr(Column::UpdatedAt, Expr::value(after.updated_at))
        .filter(Column::Bucket.eq(bucket.to_vec()))
        .exec(tx)
        .await?;
    Ok(after)
}

/// Deletes the failures of these buckets.
pub async fn clear(tx: &WriteTx, buckets: &[[u8; 32]]) -> Result<(), StoreError> {
    let names = buckets.iter().map(|bucket| bucket.to_vec());
    Entity::delete_many()
        .filter(Column::Bucket.is_in(names))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the buckets that last changed before `before` and whose lockout ended before it. Returns
/// their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    let waiting_is_over = Condition::any()
        .add(Column::LockedUntil.is_null())
        .add(Column::LockedUntil.lt(before));
    Entity::delete_many()
        .filter(Column::UpdatedAt.lt(before))
        .filter(waiting_is_over)
        .change(tx)
        .await
}
