//! Initial access tokens with a limited number of uses.

use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_domain::secret::TokenHash;

use super::prelude::*;
use crate::entity::registration_tokens::{ActiveModel, Column, Entity};

/// Returns the token with this ID in any state.
pub async fn find(conn: &Conn, id: RegistrationTokenId) -> Result<Option<RegistrationToken>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns the token with this hash, if it can still be used.
pub async fn find_live(
    conn: &Conn,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>> {
    Entity::find()
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .load_one(conn)
        .await
}

/// Returns up to `limit` usable tokens after this ID, ordered by ID.
pub async fn list_live(
    conn: &Conn,
    now: UnixSeconds,
    after: Option<RegistrationTokenId>,
    limit: u64,
) -> Result<Vec<RegistrationToken>> {
    Entity::find()
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
        .apply_if(after, |query, after| {
            query.filter(Column::Id.gt(after.as_uuid()))
        })
        .load(conn)
        .await
}

pub async fn insert(tx: &WriteTx, token: &RegistrationToken) -> Result<()> {
    insert_row(tx, ActiveModel::try_from(token)?).await
}

/// Consumes one use of a token and returns the token. Of concurrent callers, only as many succeed as
/// uses were left, because a single statement decides.
pub async fn claim(
    tx: &WriteTx,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>> {
    let result = Entity::update_many()
        .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsesLeft.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    if result.rows_affected != 1 {
        return Ok(None);
    }
    Entity::find()
        .filter(Column::Hash.eq(to_bytes(hash)))
        .load_one(tx)
        .await
}

pub async fn delete(tx: &WriteTx, id: RegistrationTokenId) -> Result<bool> {
    Entity::delete_by_id(id.as_uuid()).change_one(tx).await
}

/// Deletes up to `limit` tokens that can still be used. Returns their number.
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    let live = Condition::all()
        .add(Column::UsesLeft.gt(0))
        .add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, live, Column::ExpiresAt, limit).await
}

pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
