//! App passwords of users.

use std::net::IpAddr;

use doorward_domain::boxed;
use doorward_domain::model::{AppPassword, AppPasswordId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::app_passwords::{Column, Entity};
use crate::entity::users;

/// Returns the app password of this user with one of these hashes, one for each secret key.
#[boxed]
pub async fn find(conn: &Conn, user: UserId, hashes: &[TokenHash]) -> Result<Option<AppPassword>> {
    for hash in hashes {
        let query = Entity::find()
            .filter(Column::Hash.eq(to_bytes(hash)))
            .filter(Column::UserId.eq(user.as_uuid()));
        if let Some(found) = query.load_one(conn).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Returns up to `limit` app passwords of a user, the oldest first.
#[boxed]
pub async fn list(conn: &Conn, user: UserId, limit: u64) -> Result<Vec<AppPassword>> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_asc(Column::Id)
        .limit(limit)
        .load(conn)
        .await
}

#[boxed]
pub async fn find_by_id(conn: &Conn, id: AppPasswordId) -> Result<Option<AppPassword>> {
    Entity::load_by(conn, Column::Id.eq(id.as_uuid())).await
}

/// Counts the app passwords of a user, at most `limit`, and locks the count until the transaction ends, so that a
/// limit also holds for concurrent callers.
#[boxed]
pub async fn count_locked(tx: &WriteTx, user: UserId, limit: u64) -> Result<u64> {
    // SQLite has one writer; on PostgreSQL this row lock serializes them.
    users::Entity::find_by_id(user.as_uuid())
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    let of_user = Entity::find().filter(Column::UserId.eq(user.as_uuid()));
    count_up_to(tx, of_user, Column::Id, limit).await
}

/// Deletes an app password of this user: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId, id: AppPasswordId) -> Result<bool> {
    let own = Condition::all()
        .add(Column::Id.eq(id.as_uuid()))
        .add(Column::UserId.eq(user.as_uuid()));
    Entity::delete_one_by(tx, own).await
}

/// Deletes every app password of a user, of which there are few. Returns their number.
#[boxed]
pub async fn remove_all_of_user(tx: &WriteTx, user: UserId) -> Result<u64> {
    Entity::delete_by(tx, Column::UserId.eq(user.as_uuid())).await
}

/// Records a use, unless another one was recorded after `before`: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn record_use(
    tx: &WriteTx,
    id: AppPasswordId,
    address: Option<IpAddr>,
    now: UnixSeconds,
    before: UnixSeconds,
) -> Result<bool> {
    let due = Condition::any()
        .add(Column::LastUsedAt.is_null())
        .add(Column::LastUsedAt.lte(before));
    let address = address.map(|address| address.to_string());
    Entity::update_many()
        .value(Column::LastUsedAt, now)
        .value(Column::LastUsedFrom, address)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(due)
        .change_one(tx)
        .await
}
