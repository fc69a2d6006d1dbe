//! Failed sign-ins since the last successful one. A bucket is a keyed hash, so that rows contain no
//! typed names. The user of a known account is stored, so that administrators can end its lockout.

use doorward_domain::boxed;
use doorward_rules::limits::lockout::Failures;

use super::prelude::*;
use crate::entity::login_failures::{ActiveModel, Column, Entity, Model};

/// A lockout that has not ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lockout {
    pub bucket: Vec<u8>,
    /// The user of the account; `None` for an unknown login identifier.
    pub user: Option<UserId>,
    pub failures: i64,
    pub until: UnixSeconds,
}

/// The position of a lockout in the list: its end, and its bucket.
pub type Position = (UnixSeconds, Vec<u8>);

/// Returns up to `limit` lockouts at `now` after this position, the next end first.
#[boxed]
pub async fn page(
    conn: &Conn,
    now: UnixSeconds,
    after: Option<&Position>,
    limit: u64,
) -> Result<Vec<Lockout>> {
    let rows = select(now, after, limit).all(conn).await?;
    let lockout = |row: Model| {
        Some(Lockout {
            until: row.locked_until?,
            bucket: row.bucket,
            user: row.user_id.map(UserId::from_uuid),
            failures: row.failures,
        })
    };
    Ok(rows.into_iter().filter_map(lockout).collect())
}

fn select(now: UnixSeconds, after: Option<&Position>, limit: u64) -> Select<Entity> {
    // Lockouts up to `now` have ended.
    let from = now.saturating_add(1);
    let condition = match after {
        Some((until, bucket)) if *until >= from => {
            let order = [Column::LockedUntil, Column::Bucket].map(Column::into_expr);
            is_after(order, *until, bucket.clone())
        }
        _ => Condition::all().add(Column::LockedUntil.gte(from)),
    };
    Entity::find()
        .filter(condition)
        .order_by_asc(Column::LockedUntil)
        .order_by_asc(Column::Bucket)
        .limit(Ord::min(limit, PAGE_MAX))
}

/// Returns the last end of the lockouts of a user; `None` without a lockout at `now`.
#[boxed]
pub async fn locked_until(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<Option<UnixSeconds>> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::LockedUntil.gt(now))
        .order_by_desc(Column::LockedUntil)
        .limit(1)
        .one(conn)
        .await?;
    Ok(row.and_then(|row| row.locked_until))
}

/// Ends the lockouts of a user and resets the failures. The rows stay with the end of the lockout,
/// because rate limits count again after it.
#[boxed]
pub async fn unlock(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<()> {
    reset(now)
        .filter(Column::UserId.eq(user.as_uuid()))
        .run(tx)
        .await
}

/// Ends the lockout of a bucket and resets its failures, like [`unlock`].
#[boxed]
pub async fn unlock_bucket(tx: &WriteTx, bucket: &[u8; 32], now: UnixSeconds) -> Result<()> {
    reset(now)
        .filter(Column::Bucket.eq(bucket.to_vec()))
        .run(tx)
        .await
}

fn reset(now: UnixSeconds) -> UpdateMany<Entity> {
    Entity::update_many()
        .value(Column::Failures, 0_i64)
        .value(Column::LockedUntil, now)
        .value(Column::UpdatedAt, now)
}

#[boxed]
pub async fn find(conn: &Conn, bucket: &[u8; 32]) -> Result<Option<Failures>> {
    let row = Entity::find_by_id(bucket.to_vec()).one(conn).await?;
    Ok(row.map(Failures::from))
}

/// Applies `change` to the failures of a bucket (initially none) and returns the result. Concurrent
/// callers are serialized: each sees the previous result. `user` is the user of the bucket.
pub async fn change(
    tx: &WriteTx,
    bucket: &[u8; 32],
    user: Option<UserId>,
    now: UnixSeconds,
    change: impl FnOnce(Option<&Failures>) -> Failures,
) -> Result<Failures> {
    let empty = ActiveModel {
        bucket: Set(bucket.to_vec()),
        failures: Set(0),
        locked_until: Set(None),
        updated_at: Set(now),
        user_id: Set(None),
    };
    // A missing row cannot be locked, so the first caller inserts it.
    let is_new = insert_new(tx, empty, [Column::Bucket]).await?;
    let row = Entity::find_by_id(bucket.to_vec())
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    let before = row.filter(|_| !is_new).map(Failures::from);
    let after = change(before.as_ref());
    Entity::update_many()
        .value(Column::Failures, after.count)
        .value(Column::LockedUntil, after.locked_until)
        .value(Column::UpdatedAt, after.updated_at)
        .value(Column::UserId, user.map(|id| id.as_uuid()))
        .filter(Column::Bucket.eq(bucket.to_vec()))
        .run(tx)
        .await?;
    Ok(after)
}

#[boxed]
pub async fn clear(tx: &WriteTx, buckets: &[[u8; 32]]) -> Result<()> {
    for part in parts(buckets.iter().map(|bucket| bucket.to_vec())) {
        Entity::delete_by(tx, part.contains(Expr::col(Column::Bucket))).await?;
    }
    Ok(())
}

/// Deletes up to `limit` buckets that last changed before `before` and whose lockout ended before it.
/// Returns their number.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let waiting_is_over = Condition::any()
        .add(Column::LockedUntil.is_null())
        .add(Column::LockedUntil.lt(before));
    let unused = Condition::all()
        .add(Column::UpdatedAt.lt(before))
        .add(waiting_is_over);
    purge_some::<Entity>(tx, unused, Column::UpdatedAt, limit).await
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn lockouts_are_range_of_index_in_its_order() {
        let db = migrated().await;
        for after in [None, Some((9, vec![7]))] {
            let plan = explain(&db, select(5, after.as_ref(), 50).build(DbBackend::Sqlite)).await;
            assert_eq!(plan.len(), 1, "{plan:#?}");
            assert!(
                plan[0].contains("ix_login_failures__locked_until__bucket"),
                "{plan:#?}"
            );
            assert!(plan[0].contains("(locked_until>?)"), "{plan:#?}");
        }
    }
}
