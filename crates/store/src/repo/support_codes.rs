//! Support codes: at most one for each user, deleted by its use.

use doorward_domain::model::UserId;
use doorward_domain::secret::TokenHash;

use super::prelude::*;
use crate::entity::support_codes::{ActiveModel, Column, Entity};

/// Stores a code, which replaces the user's former one.
///
/// # Errors
/// [`StoreError::Conflict`] on `code_hash`, if another user has the same code.
pub async fn replace(
    tx: &WriteTx,
    user: UserId,
    code: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<()> {
    let new = ActiveModel {
        user_id: Set(user.as_uuid()),
        code_hash: Set(to_bytes(code)),
        expires_at: Set(expires_at),
    };
    upsert_row(
        tx,
        new,
        [Column::UserId],
        [Column::CodeHash, Column::ExpiresAt],
    )
    .await
}

/// Returns the user of a live code.
pub async fn find(conn: &Conn, code: &TokenHash, now: UnixSeconds) -> Result<Option<UserId>> {
    let row = Entity::find()
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// Consumes a live code: of concurrent callers, exactly one gets true.
pub async fn consume(tx: &WriteTx, code: &TokenHash, now: UnixSeconds) -> Result<bool> {
    Entity::delete_many()
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
