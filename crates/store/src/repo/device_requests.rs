//! Devices that wait for a person (RFC 8628): claimed by one session, answered once, redeemed once.

use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::{DeviceRequest, DeviceRequestId, GrantId, SessionId, UserId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::query::purge_older;
use crate::db::{Conn, WriteTx};
use crate::entity::device_requests::{ActiveModel, Column, Entity};
use crate::entity::row::to_bytes;
use crate::error::StoreError;

/// Stores a new request; false where its user code is taken.
pub async fn insert(tx: &WriteTx, request: &DeviceRequest) -> Result<bool, StoreError> {
    let mut keep = OnConflict::column(Column::UserCode);
    keep.do_nothing();
    let inserted = Entity::insert(ActiveModel::try_from(request)?)
        .on_conflict(keep)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// The request with this id.
pub async fn find<C: Conn>(
    conn: &C,
    id: &DeviceRequestId,
) -> Result<Option<DeviceRequest>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(DeviceRequest::try_from).transpose()
}

/// The request of this device code.
pub async fn find_by_device<C: Conn>(
    conn: &C,
    hash: &TokenHash,
) -> Result<Option<DeviceRequest>, StoreError> {
    let found = Entity::find().filter(Column::DeviceHash.eq(to_bytes(hash)));
    let row = found.one(conn).await?;
    row.map(DeviceRequest::try_from).transpose()
}

/// Claims the request that shows this code for a session: of several sessions one gets it, for good.
/// None where there is no such code, or it is over, answered or another session's.
pub async fn bind_session(
    tx: &WriteTx,
    code: &UserCode,
    session: SessionId,
    now: UnixSeconds,
) -> Result<Option<DeviceRequest>, StoreError> {
    let free = Condition::any()
        .add(Column::SessionId.is_null())
        .add(Column::SessionId.eq(session.as_uuid()));
    let claimed = Entity::update_many()
        .col_expr(Column::SessionId, Expr::value(session.as_uuid()))
        .filter(Column::UserCode.eq(code.as_str()))
        .filter(Column::UserId.is_null())
        .filter(Column::DecidedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(free)
        .exec_with_returning(tx)
        .await?;
    let row = claimed.into_iter().next();
    row.map(DeviceRequest::try_from).transpose()
}

/// Claims a request for a session of the person whom it names: the latest of theirs that opens it may
/// answer. False where it names somebody else, or is over or answered.
pub async fn bind_user_session(
    tx: &WriteTx,
    id: &DeviceRequestId,
    user: UserId,
    session: SessionId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::SessionId, Expr::value(session.as_uuid()))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::DecidedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Notes that the session that claimed the request has answered; refused, until [`give`] follows. Of
/// several answers the first counts.
pub async fn record_answer(
    tx: &WriteTx,
    id: &DeviceRequestId,
    session: SessionId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::DecidedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(Column::DecidedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Gives the request what the person allowed, in the transaction of [`record_answer`].
pub async fn give(tx: &WriteTx, id: &DeviceRequestId, grant: GrantId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::GrantId, Expr::value(grant.as_uuid()))
        .filter(Column::Id.eq(id.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes a poll at its time; false where it came too early, which makes the interval longer by
/// `slower` seconds from now on.
pub async fn note_poll(
    tx: &WriteTx,
    id: &DeviceRequestId,
    slower: i64,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let in_time = Expr::col(Column::PolledAt)
        .add(Expr::col(Column::PollInterval))
        .lte(now);
    let noted = Entity::update_many()
        .col_expr(Column::PolledAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(
            Condition::any()
                .add(Column::PolledAt.is_null())
                .add(in_time),
        )
        .exec(tx)
        .await?;
    if noted.rows_affected == 1 {
        return Ok(true);
    }
    Entity::update_many()
        .col_expr(Column::PolledAt, Expr::value(now))
        .col_expr(
            Column::PollInterval,
            Expr::col(Column::PollInterval).add(slower),
        )
        .filter(Column::Id.eq(id.as_str()))
        .exec(tx)
        .await?;
    Ok(false)
}

/// Uses up an allowed request: of any number of parallel polls, one gets true.
pub async fn consume(
    tx: &WriteTx,
    id: &DeviceRequestId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::GrantId.is_not_null())
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Removes those that were over before `before`; says how many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
