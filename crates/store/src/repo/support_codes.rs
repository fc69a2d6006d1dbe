//! Support codes: at most one for each user, deleted by its use.

use doorward_domain::model::UserId;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::{ChangeRows as _, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::stored::to_bytes;
use crate::entity::support_codes::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Stores a code, which replaces the user's former one.
///
/// # Errors
/// [`StoreError::Conflict`] on `code_hash`, if another user has the same code.
pub async fn replace(
    tx: &WriteTx,
    user: UserId,
    code: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<(), StoreError> {
    let new = ActiveModel {
        user_id: Set(user.as_uuid()),
        code_hash: Set(to_bytes(code)),
        expires_at: Set(expires_at),
    };
    let mut former = OnConflict::column(Column::UserId);
    former.update_columns([Column::CodeHash, Column::ExpiresAt]);
    Entity::insert(new)
        .on_conflict(former)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Returns the user of a live code.
pub async fn find(
    conn: &Conn,
    code: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<UserId>, StoreError> {
    let row = Entity::find()
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// Consumes a live code: of concurrent callers, exactly one gets true.
pub async fn consume(tx: &WriteTx, code: &TokenHash, now: UnixSeconds) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Deletes up to `limit` codes that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
