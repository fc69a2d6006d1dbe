//! Denials, stored for later explanation.

use doorward_domain::boxed;
use doorward_domain::model::{DenialId, DenialRecord};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::refusals::{Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, id: DenialId) -> Result<Option<DenialRecord>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Deletes up to `limit` denials that are older than `before`, or the oldest of more than `max`. Returns
/// their number.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, max: u64, limit: u64) -> Result<u64> {
    let newest_first = Entity::find().order_by_desc(Column::At);
    let first_of_too_many = newest_first.offset(max).limit(1);
    let first_of_too_many = first_of_too_many
        .load_column::<i64>(Column::At, tx)
        .await?
        .pop();
    // Those of the same second are deleted with it.
    let before = first_of_too_many.map_or(before, |at| Ord::max(before, at + 1));
    purge_older::<Entity>(tx, Column::At, before, limit).await
}
