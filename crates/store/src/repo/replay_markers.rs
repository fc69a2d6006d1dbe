//! Markers of single-use signed texts, such as client assertions, by the hash of signer and
//! identifier.

use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use super::query::purge_older;
use crate::db::WriteTx;
use crate::entity::stored::to_bytes;
use crate::entity::used_jtis::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Inserts a marker: of concurrent callers on all replicas, exactly one gets true, because the key
/// is unique. The marker is kept until `expires_at`, when the text expires.
pub async fn insert_unique(
    tx: &WriteTx,
    hash: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        hash: Set(to_bytes(hash)),
        expires_at: Set(expires_at),
    };
    let mut keep = OnConflict::column(Column::Hash);
    keep.do_nothing();
    let inserted = Entity::insert(row)
        .on_conflict(keep)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(inserted == 1)
}

/// Deletes a marker inserted in the same transaction.
pub async fn release(tx: &WriteTx, hash: &TokenHash) -> Result<(), StoreError> {
    Entity::delete_by_id(to_bytes(hash)).exec(tx.conn()).await?;
    Ok(())
}

/// Deletes up to `limit` markers that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
