//! Access tokens that were revoked before their expiry.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::revoked_tokens::{ActiveModel, Column, Entity};

/// Records the revocation of the token with this `jti` until `expires_at`. Returns true the first
/// time.
#[boxed]
pub async fn insert(tx: &WriteTx, jti: &str, expires_at: UnixSeconds) -> Result<bool> {
    let row = ActiveModel {
        jti: Set(jti.to_owned()),
        expires_at: Set(expires_at),
    };
    insert_new(tx, row, [Column::Jti]).await
}

#[boxed]
pub async fn exists(conn: &Conn, jti: &str) -> Result<bool> {
    Entity::has(conn, Column::Jti.eq(jti)).await
}

purge_by!(ExpiresAt);
