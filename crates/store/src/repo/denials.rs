//! Denials, stored for later explanation.

use doorward_domain::model::{DenialId, DenialRecord};
use doorward_domain::time::UnixSeconds;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::query::purge_older;
use crate::db::{Conn, WriteTx};
use crate::entity::refusals::{ActiveModel, Column, Entity};
use crate::error::StoreError;

pub async fn insert(tx: &WriteTx, record: &DenialRecord) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(record)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Returns the denial with this decision ID.
pub async fn find(conn: &Conn, id: DenialId) -> Result<Option<DenialRecord>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    row.map(DenialRecord::try_from).transpose()
}

/// Deletes up to `limit` denials that are older than `before`, or the oldest of more than `max`. Returns
/// their number.
pub async fn purge(
    tx: &WriteTx,
    before: UnixSeconds,
    max: u64,
    limit: u64,
) -> Result<u64, StoreError> {
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
    let before = first_of_too_many.map_or(before, |at| before.max(at + 1));
    purge_older::<Entity>(tx, Column::At, before, limit).await
}
