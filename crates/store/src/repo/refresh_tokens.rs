//! Refresh tokens in the former format: one row for each token. They are read, consumed and
//! deleted, never created.

use doorward_domain::model::{FormerRefreshToken, GrantId, RefreshToken};
use doorward_domain::mutant::Safeguard;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::{ChangeRows as _, guarded, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::refresh_tokens::{Column, Entity, Model};
use crate::entity::row::RowReader;
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the token with this hash.
pub async fn find(conn: &Conn, hash: &TokenHash) -> Result<Option<FormerRefreshToken>, StoreError> {
    let Some(row) = Entity::find_by_id(to_bytes(hash)).one(conn).await? else {
        return Ok(None);
    };
    let successor = match &row.successor_hash {
        Some(hash) => Entity::find_by_id(hash.clone()).one(conn).await?,
        None => None,
    };
    let reader = RowReader::new("refresh_tokens", &row.hash);
    let successor_hash = reader.column("successor_hash", row.successor_hash.clone())?;
    Ok(Some(FormerRefreshToken {
        grant_id: GrantId::from_uuid(row.grant_id),
        successor_hash,
        successor_used_at: successor.and_then(|row| row.used_at),
        token: token(row),
    }))
}

fn token(row: Model) -> RefreshToken {
    RefreshToken {
        dpop_jkt: row.dpop_jkt,
        certificate_thumbprint: row.certificate_thumbprint,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        successor_sealed: row.successor_sealed,
    }
}

/// Consumes a token and records its successor: of concurrent callers on all replicas, exactly one
/// gets true. It becomes final with the transaction, which must also store the successor.
pub async fn consume(
    tx: &WriteTx,
    hash: &TokenHash,
    successor_hash: &TokenHash,
    successor_sealed: &[u8],
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .col_expr(Column::SuccessorHash, Expr::value(to_bytes(successor_hash)))
        .col_expr(
            Column::SuccessorSealed,
            Expr::value(successor_sealed.to_vec()),
        )
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(guarded(
            Safeguard::RefreshSpentOnce,
            Column::UsedAt.is_null(),
        ))
        .change_one(tx)
        .await
}

/// Sets the expiry of an unused token that is not rotated. Returns false if it was consumed.
pub async fn extend(
    tx: &WriteTx,
    hash: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsedAt.is_null())
        .change_one(tx)
        .await
}

/// Deletes up to `limit` tokens that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
