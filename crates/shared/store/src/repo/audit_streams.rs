//! The progress of the streams of the audit log.

use doorward_domain::boxed;
use doorward_rules::audit_stream::{AuditStream, StreamName};

use super::prelude::*;
use crate::entity::audit_streams::{ActiveModel, Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, name: StreamName) -> Result<Option<AuditStream>> {
    Entity::load_by(conn, Column::Name.eq(name.as_str())).await
}

/// Stores a new stream. Returns false if it exists already.
#[boxed]
pub async fn insert(tx: &WriteTx, stream: &AuditStream) -> Result<bool> {
    insert_new(tx, ActiveModel::try_from(stream)?, [Column::Name]).await
}

/// Records that the links up to `position` were sent, unless another process has sent them.
#[boxed]
pub async fn advance(
    tx: &WriteTx,
    stream: &AuditStream,
    position: i64,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::Position, position)
        .value(Column::SentAt, now)
        .value(Column::Failures, 0_i64)
        .value(Column::RetryAt, None::<i64>)
        .value(Column::LastError, None::<String>)
        .filter(Column::Name.eq(stream.name.as_str()))
        .filter(Column::Position.eq(stream.position))
        .change_one(tx)
        .await
}

/// Records a failed attempt, and the time of the next one.
#[boxed]
pub async fn fail(
    tx: &WriteTx,
    stream: &AuditStream,
    error: &str,
    retry_at: UnixSeconds,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .value(Column::RetryAt, retry_at)
        .value(Column::LastError, error)
        .filter(Column::Name.eq(stream.name.as_str()))
        .filter(Column::Position.eq(stream.position))
        .run(tx)
        .await
}

/// Deletes the progress of all streams, which start again.
#[boxed]
pub async fn remove_all(tx: &WriteTx) -> Result<()> {
    Entity::delete_many().run(tx).await
}
