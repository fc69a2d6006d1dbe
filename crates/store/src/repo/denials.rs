//! Denials, stored for later explanation.

use doorward_domain::model::{DenialId, DenialRecord};

use super::prelude::*;
use crate::entity::refusals::{ActiveModel, Column, Entity};

pub async fn insert(tx: &WriteTx, record: &DenialRecord) -> Result<()> {
    insert_row(tx, ActiveModel::try_from(record)?).await
}

pub async fn find(conn: &Conn, id: DenialId) -> Result<Option<DenialRecord>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Deletes up to `limit` denials that are older than `before`, or the oldest of more than `max`. Returns
/// their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, max: u64, limit: u64) -> Result<u64> {
    let first_of_too_many = Entity::find()
        .select_only()
        .column(Column::At)
        .order_by_desc(Column::At)
        .offset(max)
        .limit(1)
        .into_tuple::<i64>()
        .one(tx.conn())
        .await?;
    // Those of the same second are deleted with it.
    let before = first_of_too_many.map_or(before, |at| Ord::max(before, at + 1));
    purge_older::<Entity>(tx, Column::At, before, limit).await
}
