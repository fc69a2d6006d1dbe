//! Streams of signals.

use doorward_domain::boxed;
use doorward_domain::model::signals::SignalStream;

use super::prelude::*;
use crate::entity::signal_streams::{Column, Entity};

pub use super::query::insert;

#[boxed]
pub async fn find(conn: &Conn, id: &str) -> Result<Option<SignalStream>> {
    Entity::find_by_id(id.to_owned()).load_one(conn).await
}

/// Returns the stream with this ID and locks the row until the transaction ends.
#[boxed]
pub async fn find_locked(tx: &WriteTx, id: &str) -> Result<Option<SignalStream>> {
    Entity::find_by_id(id.to_owned())
        .lock_exclusive()
        .load_one(tx)
        .await
}

/// Returns up to `limit` streams of a client after this one, in the order of their IDs.
#[boxed]
pub async fn of_client(
    conn: &Conn,
    client: &ClientId,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<SignalStream>> {
    Entity::find()
        .filter(Column::ClientId.eq(client.as_str()))
        .page_after(Column::Id, after, limit)
        .load(conn)
        .await
}

/// Returns up to `limit` streams after this one, in the order of their IDs.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<SignalStream>> {
    Entity::find()
        .page_after(Column::Id, after, limit)
        .load(conn)
        .await
}

/// Counts the streams of a client with this delivery, at most `limit`.
#[boxed]
pub async fn count(conn: &Conn, client: &ClientId, is_push: bool, limit: u64) -> Result<u64> {
    let own = Entity::find()
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::IsPush.eq(is_push));
    count_up_to(conn, own, Column::Id, limit).await
}

/// Returns up to `limit` streams that push, after this one.
#[boxed]
pub async fn pushing(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<SignalStream>> {
    Entity::find()
        .filter(Column::IsPush.eq(true))
        .page_after(Column::Id, after, limit)
        .load(conn)
        .await
}

/// Stores the settings of a stream, and the position from which it continues.
#[boxed]
pub async fn change(tx: &WriteTx, stream: &SignalStream) -> Result<bool> {
    Entity::update_many()
        .value(Column::IsPush, stream.is_push())
        .value(Column::Settings, to_json(&stream.settings)?)
        .value(
            Column::AuthorizationSealed,
            stream.authorization_sealed.clone(),
        )
        .value(Column::Position, stream.position)
        .value(Column::UsedAt, stream.used_at)
        .value(Column::Failures, 0_i64)
        .value(Column::RetryAt, None::<i64>)
        .value(Column::LastError, None::<String>)
        .filter(Column::Id.eq(stream.id.as_str()))
        .change_one(tx)
        .await
}

/// Records what the receiver has acknowledged, unless another process was faster.
#[boxed]
pub async fn advance(
    tx: &WriteTx,
    stream: &SignalStream,
    position: i64,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::Position, position)
        .value(Column::UsedAt, now)
        .value(Column::Failures, 0_i64)
        .value(Column::RetryAt, None::<i64>)
        .value(Column::LastError, None::<String>)
        .filter(Column::Id.eq(stream.id.as_str()))
        .filter(Column::Position.eq(stream.position))
        .change_one(tx)
        .await
}

/// Records a failed push, and the time of the next one.
#[boxed]
pub async fn fail(
    tx: &WriteTx,
    stream: &SignalStream,
    error: &str,
    retry_at: UnixSeconds,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .value(Column::RetryAt, retry_at)
        .value(Column::LastError, error)
        .filter(Column::Id.eq(stream.id.as_str()))
        .filter(Column::Position.eq(stream.position))
        .run(tx)
        .await
}

#[boxed]
pub async fn delete(tx: &WriteTx, id: &str) -> Result<bool> {
    Entity::delete_one_by(tx, Column::Id.eq(id)).await
}

/// Deletes up to `limit` streams without a poll since this time. Returns their number.
#[boxed]
pub async fn purge_unused(tx: &WriteTx, since: UnixSeconds, limit: u64) -> Result<u64> {
    let unused = Condition::all()
        .add(Column::IsPush.eq(false))
        .add(Column::UsedAt.lt(since));
    purge_some::<Entity>(tx, unused, Column::Id, limit).await
}
