//! The inbox of a development instance.

use doorward_domain::boxed;
use sea_orm::prelude::Uuid;
use uuid::Builder;

use super::prelude::*;
use crate::entity::dev_mail::{ActiveModel, Column, Entity};

/// An e-mail message that was stored instead of sent. Its ID is ordered by time.
pub use crate::entity::dev_mail::Model as StoredMail;

#[boxed]
pub async fn insert(tx: &WriteTx, mail: &StoredMail) -> Result<()> {
    insert_row(tx, ActiveModel::from(mail.clone())).await
}

/// Returns up to `limit` stored messages, newest first.
#[boxed]
pub async fn list(conn: &Conn, limit: u64) -> Result<Vec<StoredMail>> {
    let newest = Entity::find().order_by_desc(Column::Id);
    let limit = Ord::min(limit, PAGE_MAX);
    Ok(newest.limit(limit).all(conn).await?)
}

#[boxed]
pub async fn find(conn: &Conn, id: Uuid) -> Result<Option<StoredMail>> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// Deletes up to `limit` messages with an ID from before this time. Returns their number. IDs are
/// ordered by time, so the inbox is not scanned.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let millis = u64::try_from(before)
        .unwrap_or_default()
        .saturating_mul(1000);
    let first = Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    let old = Condition::all().add(Column::Id.lt(first));
    purge_some::<Entity>(tx, old, Column::Id, limit).await
}
