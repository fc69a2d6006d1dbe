//! Leases: one process at a time does some work, until the lease expires.

use super::prelude::*;
use crate::entity::leases::{ActiveModel, Column, Entity};

/// Acquires a lease for a number of seconds. Of concurrent callers on all replicas, exactly one
/// gets true, and no other until the lease expires.
///
/// A lease with more than twice the remaining time of a new one comes from a clock that was far
/// ahead, and counts as expired.
pub async fn acquire(tx: &WriteTx, name: &str, now: UnixSeconds, seconds: i64) -> Result<bool> {
    let until = now + seconds;
    let row = ActiveModel {
        name: Set(name.to_owned()),
        expires_at: Set(until),
    };
    let held = Expr::col((Entity, Column::ExpiresAt));
    let is_over = held.clone().lte(now).or(held.gt(until + seconds));
    let take = OnConflict::column(Column::Name)
        .update_column(Column::ExpiresAt)
        .action_and_where(is_over)
        .to_owned();
    let claimed = Entity::insert(row)
        .on_conflict(take)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(claimed == 1)
}

/// Extends a lease of this process.
pub async fn extend(tx: &WriteTx, name: &str, until: UnixSeconds) -> Result<()> {
    let extended = Entity::update_many().value(Column::ExpiresAt, until);
    extended.filter(Column::Name.eq(name)).run(tx).await
}

/// Ends a lease before it expires, so that the next caller gets it.
pub async fn release(tx: &WriteTx, name: &str) -> Result<()> {
    Entity::delete_by_id(name).change_one(tx).await?;
    Ok(())
}
