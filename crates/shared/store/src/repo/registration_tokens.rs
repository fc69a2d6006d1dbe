//! Initial access tokens with a limited number of uses.

use doorward_domain::boxed;
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::registration_tokens::{Column, Entity};

/// Returns the token with this ID in any state.
#[boxed]
pub async fn find(conn: &Conn, id: RegistrationTokenId) -> Result<Option<RegistrationToken>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns the token with this hash, if it can still be used.
#[boxed]
pub async fn find_live(
    conn: &Conn,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>> {
    let live = live(now).add(Column::Hash.eq(to_bytes(hash)));
    Entity::load_by(conn, live).await
}

/// Returns up to `limit` usable tokens after this ID, ordered by ID.
#[boxed]
pub async fn list_live(
    conn: &Conn,
    now: UnixSeconds,
    after: Option<RegistrationTokenId>,
    limit: u64,
) -> Result<Vec<RegistrationToken>> {
    Entity::find()
        .filter(live(now))
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

/// Returns up to `limit` usable tokens of this author, ordered by ID.
#[boxed]
pub async fn list_live_by(
    conn: &Conn,
    author: &str,
    now: UnixSeconds,
    limit: u64,
) -> Result<Vec<RegistrationToken>> {
    Entity::find()
        .filter(live(now))
        .filter(Column::CreatedBy.eq(author))
        .order_by_asc(Column::Id)
        .limit(limit)
        .load(conn)
        .await
}

fn live(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::UsesLeft.gt(0))
        .add(Column::ExpiresAt.gt(now))
}

/// Consumes one use of a token and returns the token. Of concurrent callers, only as many succeed as
/// uses were left, because a single statement decides.
#[boxed]
pub async fn claim(
    tx: &WriteTx,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<RegistrationToken>> {
    Entity::update_many()
        .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(live(now))
        .change_first(tx)
        .await
}

#[boxed]
pub async fn delete(tx: &WriteTx, id: RegistrationTokenId) -> Result<bool> {
    Entity::delete_by_id(id.as_uuid()).change_one(tx).await
}

/// Deletes up to `limit` tokens that can still be used. Returns their number.
#[boxed]
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    purge_some::<Entity>(tx, live(now), Column::ExpiresAt, limit).await
}

purge_by!(ExpiresAt);
