//! The audit log: written in the transaction of what it speaks of, and never changed.

use doorward_domain::model::AuditEvent;
use doorward_domain::model::id::AuditId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{PAGE_MAX, models};
use crate::db::{Conn, WriteTx};
use crate::entity::audit_events::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Writes a line.
pub async fn insert(tx: &WriteTx, event: &AuditEvent) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(event)?)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// At most `limit` lines, the newest first, before this one.
pub async fn list<C: Conn>(
    conn: &C,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, StoreError> {
    let mut query = Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit.min(PAGE_MAX));
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before.as_uuid()));
    }
    models(query.all(conn).await?)
}
