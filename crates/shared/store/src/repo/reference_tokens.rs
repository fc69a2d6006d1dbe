//! Reference tokens: their claims, stored here instead of in the token.

use doorward_domain::boxed;
use doorward_rules::access_token::AccessTokenClaims;

use super::prelude::*;
use super::session_ends::BATCH;
use crate::entity::reference_tokens::{ActiveModel, Column, Entity};
use crate::entity::row::RowReader;

/// Returns the claims of the token with this hash, expired or not.
#[boxed]
pub async fn find(conn: &Conn, hash: &TokenHash) -> Result<Option<AccessTokenClaims>> {
    let Some(row) = Entity::find_by_id(to_bytes(hash)).one(conn).await? else {
        return Ok(None);
    };
    let claims = RowReader::new("reference_tokens", &row.hash).json("claims", &row.claims)?;
    Ok(Some(claims))
}

/// Inserts the claims of a new token. With `keep`, the token counts as one of its subject and client, of
/// which only the `keep` that expire last remain.
#[boxed]
pub async fn insert(
    tx: &WriteTx,
    hash: &TokenHash,
    claims: &AccessTokenClaims,
    keep: Option<u64>,
) -> Result<()> {
    let subject = keep.map(|_| claims.sub.clone());
    let row = ActiveModel {
        hash: Set(to_bytes(hash)),
        client_id: Set(claims.client_id.clone()),
        subject: Set(subject),
        claims: Set(to_json(claims)?),
        expires_at: Set(claims.exp),
    };
    insert_row(tx, row).await?;
    let Some(keep) = keep else {
        return Ok(());
    };
    let surplus = Query::select()
        .column(Column::Hash)
        .from(Entity)
        .and_where(Column::ClientId.eq(claims.client_id.as_str()))
        .and_where(Column::Subject.eq(claims.sub.as_str()))
        .order_by(Column::ExpiresAt, Order::Desc)
        .offset(keep)
        .limit(BATCH)
        .take();
    Entity::delete_many()
        .filter(Column::Hash.in_subquery(surplus))
        .filter(Column::Hash.ne(to_bytes(hash)))
        .run(tx)
        .await
}

purge_by!(ExpiresAt);
