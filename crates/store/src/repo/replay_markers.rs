//! Signed texts that may be used once: assertions of clients, by the hash of who and which.

use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use super::query::purge_older;
use crate::db::WriteTx;
use crate::entity::row::to_bytes;
use crate::entity::used_jtis::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Uses a name up. Of any number of parallel callers, whichever replica they are on, one gets true:
/// the insert is the verdict. The name is remembered until `expires_at`, when the text is over.
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
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Takes a claim of the same transaction back, as if it had never been made.
pub async fn release(tx: &WriteTx, hash: &TokenHash) -> Result<(), StoreError> {
    Entity::delete_by_id(to_bytes(hash)).exec(tx).await?;
    Ok(())
}

/// Removes the names of what ended before `before`; says how many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
