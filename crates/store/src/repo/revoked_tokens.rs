//! Access tokens that were revoked before their expiry.

use super::prelude::*;
use crate::entity::revoked_tokens::{ActiveModel, Column, Entity};

/// Records the revocation of the token with this `jti` until `expires_at`. Returns true the first
/// time.
pub async fn insert(tx: &WriteTx, jti: &str, expires_at: UnixSeconds) -> Result<bool> {
    let row = ActiveModel {
        jti: Set(jti.to_owned()),
        expires_at: Set(expires_at),
    };
    let once = OnConflict::column(Column::Jti).do_nothing().to_owned();
    let insert = Entity::insert(row).on_conflict(once).into_query();
    Ok(tx.execute(&insert).await?.rows_affected() == 1)
}

/// Returns true if the token with this `jti` was revoked.
pub async fn exists(conn: &Conn, jti: &str) -> Result<bool> {
    Ok(Entity::find_by_id(jti).one(conn).await?.is_some())
}

pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
