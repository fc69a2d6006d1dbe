//! API keys: found by ID, revoked once.

use std::net::IpAddr;

use doorward_domain::boxed;
use doorward_domain::model::{ApiKey, ApiKeyId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::api_keys::{Column, Entity, Model};
use crate::entity::users;

/// Returns the key with this ID and its owner in one statement, whether valid or not.
#[boxed]
pub async fn find_with_owner(conn: &Conn, id: &ApiKeyId) -> Result<Option<(ApiKey, Option<User>)>> {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "api_keys", "k_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    query
        .from("api_keys")
        .left_join("users", is_owner("api_keys"))
        .and_where(Expr::col(("api_keys", "id")).eq(id.as_str()));
    let read = |row: &QueryResult| {
        let owner = joined_optional::<users::Model, _>(row, "u_")?;
        Ok((joined::<Model, _>(row, "k_")?, owner))
    };
    read_first(conn, &query, read).await
}

/// Returns the active (neither revoked nor expired) keys of a user, newest first.
#[boxed]
pub async fn list_live(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<ApiKey>> {
    Entity::find()
        .filter(live(user, now))
        .order_by_desc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .load(conn)
        .await
}

/// Counts the active keys of a user and locks the count until the transaction ends, so that a limit
/// also holds for concurrent callers.
#[boxed]
pub async fn count_live_locked(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<u64> {
    // SQLite has one writer; on PostgreSQL this row lock serializes them.
    users::Entity::find_by_id(user.as_uuid())
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    Ok(Entity::find()
        .filter(live(user, now))
        .count(tx.conn())
        .await?)
}

/// Revokes a key of this user: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn revoke(tx: &WriteTx, user: UserId, id: &ApiKeyId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(live(user, now))
        .change_one(tx)
        .await
}

/// Revokes every active key of a user. Returns their number.
#[boxed]
pub async fn revoke_all_for_user(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<u64> {
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .filter(live(user, now))
        .change(tx)
        .await
}

/// Revokes up to `limit` active keys of any users. Returns their number.
#[boxed]
pub async fn revoke_batch(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    let next = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(active(now))
        .limit(limit)
        .take();
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .filter(Column::Id.in_subquery(next))
        .change(tx)
        .await
}

/// Revokes the unrevoked keys of an organization, or those of one user in it. Returns their number.
#[boxed]
pub async fn revoke_in_org(
    tx: &WriteTx,
    user: Option<UserId>,
    org: &str,
    now: UnixSeconds,
) -> Result<u64> {
    let owner = user.map(|user| Column::UserId.eq(user.as_uuid()));
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .filter(Column::Org.eq(org))
        .filter(Column::RevokedAt.is_null())
        .filter(Condition::all().add_option(owner))
        .change(tx)
        .await
}

/// Records a use, unless another one was recorded after `before`: of concurrent callers, exactly
/// one gets true.
#[boxed]
pub async fn record_use(
    tx: &WriteTx,
    id: &ApiKeyId,
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
        .filter(Column::Id.eq(id.as_str()))
        .filter(due)
        .change_one(tx)
        .await
}

purge_by!(ExpiresAt);

/// Returns the condition for active keys of a user.
pub(super) fn live(user: UserId, now: UnixSeconds) -> Condition {
    active(now).add(Column::UserId.eq(user.as_uuid()))
}

/// Returns the condition for keys that are neither revoked nor expired.
pub(super) fn active(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}
