//! Leases: one process at a time does some work, until the lease expires.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::leases::{ActiveModel, Column, Entity};

/// A held lease. Its end identifies the holder: [`acquire`] gives each holder another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    name: String,
    expires_at: UnixSeconds,
}

impl Lease {
    fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::Name.eq(self.name.as_str()))
            .add(Column::ExpiresAt.eq(self.expires_at))
    }
}

/// Acquires a lease for a number of seconds. Of concurrent callers on all replicas, exactly one
/// gets it, and no other until it expires.
///
/// A lease with more than twice the remaining time of a new one comes from a clock that was far
/// ahead, and counts as expired.
#[boxed]
pub async fn acquire(
    tx: &WriteTx,
    name: &str,
    now: UnixSeconds,
    seconds: i64,
) -> Result<Option<Lease>> {
    let expires_at = now + seconds;
    let row = ActiveModel {
        name: Set(name.to_owned()),
        expires_at: Set(expires_at),
    };
    let held = Expr::col((Entity, Column::ExpiresAt));
    let is_over = held.clone().lte(now).or(held.gt(expires_at + seconds));
    let take = OnConflict::column(Column::Name)
        .update_column(Column::ExpiresAt)
        .action_and_where(is_over)
        .to_owned();
    let claimed = Entity::insert(row)
        .on_conflict(take)
        .exec_without_returning(tx.conn())
        .await?;
    Ok((claimed == 1).then(|| Lease {
        name: name.to_owned(),
        expires_at,
    }))
}

/// Extends a lease. Returns `None` if it is lost: this process stopped for longer than the lease, and
/// another one has acquired it.
///
/// The row stays locked until the end of the transaction, so that a write of the same transaction
/// commits only while the lease is held.
#[boxed]
pub async fn extend(tx: &WriteTx, lease: &Lease, until: UnixSeconds) -> Result<Option<Lease>> {
    let extended = Entity::update_many()
        .value(Column::ExpiresAt, until)
        .filter(lease.condition())
        .change(tx)
        .await?;
    Ok((extended == 1).then(|| Lease {
        name: lease.name.clone(),
        expires_at: until,
    }))
}

/// Ends a lease before it expires, so that the next caller gets it. A lost one stays with its holder.
#[boxed]
pub async fn release(tx: &WriteTx, lease: &Lease) -> Result<()> {
    Entity::delete_by(tx, lease.condition()).await?;
    Ok(())
}
