//! Device authorizations waiting for a user (RFC 8628): bound to one session, answered once,
//! redeemed once.

use doorward_domain::boxed;
use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::{DeviceRequest, DeviceRequestId, GrantId};

use super::prelude::*;
use crate::entity::device_requests::{ActiveModel, Column, Entity};

/// Inserts a request. Returns false if its user code is in use.
#[boxed]
pub async fn insert(tx: &WriteTx, request: &DeviceRequest) -> Result<bool> {
    insert_new(tx, ActiveModel::try_from(request)?, [Column::UserCode]).await
}

#[boxed]
pub async fn find(conn: &Conn, id: &DeviceRequestId) -> Result<Option<DeviceRequest>> {
    Entity::find_by_id(id.as_str()).load_one(conn).await
}

#[boxed]
pub async fn find_by_device(conn: &Conn, hash: &TokenHash) -> Result<Option<DeviceRequest>> {
    Entity::load_by(conn, Column::DeviceHash.eq(to_bytes(hash))).await
}

/// Binds the request with this user code to a session: of concurrent sessions, exactly one gets it,
/// permanently. Returns `None` if the code is unknown, expired, answered or bound to another
/// session.
#[boxed]
pub async fn bind_session(
    tx: &WriteTx,
    code: &UserCode,
    session: SessionId,
    now: UnixSeconds,
) -> Result<Option<DeviceRequest>> {
    let free = Condition::any()
        .add(Column::SessionId.is_null())
        .add(Column::SessionId.eq(session.as_uuid()));
    Entity::update_many()
        .value(Column::SessionId, session.as_uuid())
        .filter(Column::UserCode.eq(code.as_str()))
        .filter(Column::UserId.is_null())
        .filter(undecided(now))
        .filter(free)
        .change_first(tx)
        .await
}

/// Binds a request to a session of the user it names; the latest session that opens it may answer.
/// Returns false if the request names another user, or is expired or answered.
#[boxed]
pub async fn bind_user_session(
    tx: &WriteTx,
    id: &DeviceRequestId,
    user: UserId,
    session: SessionId,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::SessionId, session.as_uuid())
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(undecided(now))
        .change_one(tx)
        .await
}

/// Records the answer of the bound session; it counts as a denial until [`approve`] follows. Of
/// concurrent answers the first one is stored.
#[boxed]
pub async fn record_answer(
    tx: &WriteTx,
    id: &DeviceRequestId,
    session: SessionId,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::DecidedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(undecided(now))
        .change_one(tx)
        .await
}

fn undecided(now: UnixSeconds) -> Expr {
    let is_live = Column::ExpiresAt.gt(now);
    Column::DecidedAt.is_null().and(is_live)
}

/// Attaches the grant of an approved request, in the transaction of [`record_answer`].
#[boxed]
pub async fn approve(tx: &WriteTx, id: &DeviceRequestId, grant: GrantId) -> Result<()> {
    Entity::update_many()
        .value(Column::GrantId, grant.as_uuid())
        .filter(Column::Id.eq(id.as_str()))
        .run(tx)
        .await
}

/// Removes what the ping of a request needs, which has been sent.
#[boxed]
pub async fn remove_ping(tx: &WriteTx, id: &DeviceRequestId) -> Result<()> {
    Entity::update_many()
        .value(Column::PingSealed, Option::<Vec<u8>>::None)
        .filter(Column::Id.eq(id.as_str()))
        .run(tx)
        .await
}

/// Records the time of a poll. Returns false if it came too early, which extends the interval by
/// `slower` seconds.
#[boxed]
pub async fn record_poll(
    tx: &WriteTx,
    id: &DeviceRequestId,
    slower: i64,
    now: UnixSeconds,
) -> Result<bool> {
    let in_time = Expr::col(Column::PolledAt)
        .add(Expr::col(Column::PollInterval))
        .lte(now);
    let update = Entity::update_many()
        .value(Column::PolledAt, now)
        .filter(Column::Id.eq(id.as_str()));
    let first_or_in_time = Column::PolledAt.is_null().or(in_time);
    if update
        .clone()
        .filter(first_or_in_time)
        .change_one(tx)
        .await?
    {
        return Ok(true);
    }
    let longer = Expr::col(Column::PollInterval).add(slower);
    let update = update.col_expr(Column::PollInterval, longer);
    update.run(tx).await.map(|()| false)
}

/// Consumes an approved request: of concurrent polls, exactly one gets true.
#[boxed]
pub async fn consume(tx: &WriteTx, id: &DeviceRequestId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::GrantId.is_not_null())
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn count_open(conn: &Conn, limit: u64, now: UnixSeconds) -> Result<u64> {
    let open = Entity::find().filter(Column::ExpiresAt.gt(now));
    count_up_to(conn, open, Column::ExpiresAt, limit).await
}

purge_by!(ExpiresAt);
