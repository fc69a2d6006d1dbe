//! Markers of single-use signed texts, such as client assertions, by the hash of signer and
//! identifier.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::used_jtis::{ActiveModel, Column, Entity};

/// Inserts a marker: of concurrent callers on all replicas, exactly one gets true, because the key
/// is unique. The marker is kept until `expires_at`, when the text expires.
#[boxed]
pub async fn insert_unique(
    tx: &WriteTx,
    hash: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<bool> {
    let row = ActiveModel {
        hash: Set(to_bytes(hash)),
        expires_at: Set(expires_at),
    };
    insert_new(tx, row, [Column::Hash]).await
}

/// Deletes a marker inserted in the same transaction.
#[boxed]
pub async fn release(tx: &WriteTx, hash: &TokenHash) -> Result<()> {
    Entity::delete_by_id(to_bytes(hash)).run(tx).await
}

purge_by!(ExpiresAt);
