//! Pushed authorization requests, which are single-use.

use doorward_domain::boxed;
use doorward_domain::model::{InteractionId, PushedRequest};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::pushed_requests::{Column, Entity};

/// Returns the pushed request with this hash, whether active, used or expired.
#[boxed]
pub async fn find(conn: &Conn, hash: &TokenHash) -> Result<Option<PushedRequest>> {
    Entity::find_by_id(to_bytes(hash)).load_one(conn).await
}

/// Consumes a pushed request for an interaction: of concurrent callers on all replicas, exactly one
/// gets true.
#[boxed]
pub async fn claim(
    tx: &WriteTx,
    hash: &TokenHash,
    interaction: &InteractionId,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::InteractionId, interaction.as_str())
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::InteractionId.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn count_open(conn: &Conn, limit: u64, now: UnixSeconds) -> Result<u64> {
    let open = Entity::find().filter(Column::ExpiresAt.gt(now));
    count_up_to(conn, open, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` pushed requests that expired before `before`, or, if they began an interaction,
/// before `used_before`. Returns their number.
#[boxed]
pub async fn purge(
    tx: &WriteTx,
    before: UnixSeconds,
    used_before: UnixSeconds,
    limit: u64,
) -> Result<u64> {
    let unused = Column::InteractionId.is_null();
    let expired = Condition::all()
        .add(Column::ExpiresAt.lt(before))
        .add(unused.or(Column::ExpiresAt.lt(used_before)));
    purge_some::<Entity>(tx, expired, Column::ExpiresAt, limit).await
}
