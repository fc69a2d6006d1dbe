//! Reference tokens: their claims, stored here instead of in the token.

use doorward_domain::rules::access_token::AccessTokenClaims;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::query::purge_older;
use crate::db::{Conn, WriteTx};
use crate::entity::reference_tokens::{ActiveModel, Column, Entity};
use crate::entity::row::{Hex, RowReader, to_bytes, to_json};
use crate::error::StoreError;

/// Returns the claims of the token with this hash, expired or not.
pub async fn find<C: Conn>(
    conn: &C,
    hash: &TokenHash,
) -> Result<Option<AccessTokenClaims>, StoreError> {
    let Some(row) = Entity::find_by_id(to_bytes(hash)).one(conn).await? else {
        return Ok(None);
    };
    let name = Hex(&row.hash);
    let claims = RowReader::new("reference_tokens", &name).json("claims", &row.claims)?;
    Ok(Some(claims))
}

/// Inserts the claims of a new token.
pub async fn insert(
    tx: &WriteTx,
    hash: &TokenHash,
    claims: &AccessTokenClaims,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        hash: Set(to_bytes(hash)),
        client_id: Set(claims.client_id.clone()),
        claims: Set(to_json(claims)?),
        expires_at: Set(claims.exp),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes the tokens that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
