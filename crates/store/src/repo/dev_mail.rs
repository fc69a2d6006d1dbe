//! The inbox of a development instance.

use doorward_domain::time::UnixSeconds;
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryOrder, QuerySelect};
use uuid::Builder;

use super::query::{PAGE_MAX, purge_some};
use crate::db::{Conn, WriteTx};
use crate::entity::dev_mail::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;

/// An e-mail message that was stored instead of sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredMail {
    /// Message ID, ordered by time.
    pub id: Uuid,
    /// Recipient's address.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Time of sending.
    pub sent_at: UnixSeconds,
}

impl From<Model> for StoredMail {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            recipient: row.recipient,
            subject: row.subject,
            text: row.text,
            html: row.html,
            sent_at: row.sent_at,
        }
    }
}

/// Inserts a message.
pub async fn insert(tx: &WriteTx, mail: &StoredMail) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(mail.id),
        recipient: Set(mail.recipient.clone()),
        subject: Set(mail.subject.clone()),
        text: Set(mail.text.clone()),
        html: Set(mail.html.clone()),
        sent_at: Set(mail.sent_at),
    };
    Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Returns up to `limit` stored messages, newest first.
pub async fn list(conn: &Conn, limit: u64) -> Result<Vec<StoredMail>, StoreError> {
    let rows = Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit.min(PAGE_MAX))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(StoredMail::from).collect())
}

/// Returns the message with this ID.
pub async fn find(conn: &Conn, id: Uuid) -> Result<Option<StoredMail>, StoreError> {
    let row = Entity::find_by_id(id).one(conn).await?;
    Ok(row.map(StoredMail::from))
}

/// Deletes up to `limit` messages with an ID from before this time. Returns their number. IDs are
/// ordered by time, so the inbox is not scanned.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    let millis = u64::try_from(before)
        .unwrap_or_default()
        .saturating_mul(1000);
    let first = Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    let old = Condition::all().add(Column::Id.lt(first));
    purge_some::<Entity>(tx, old, Column::Id, limit).await
}
