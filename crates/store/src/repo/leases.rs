//! Leases: of any number of processes one does a thing, until its time is over.

use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};

use crate::db::WriteTx;
use crate::entity::leases::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Claims a thing for so many seconds from now. Of any number of parallel callers, whichever replica they
/// are on, one gets true, and nobody else before that time is over.
///
/// A lease that lasts twice as long as one taken now was taken by a clock that was far ahead: it is over.
pub async fn acquire(
    tx: &WriteTx,
    name: &str,
    now: UnixSeconds,
    seconds: i64,
) -> Result<bool, StoreError> {
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
        .exec_without_returning(tx)
        .await?;
    Ok(claimed == 1)
}
