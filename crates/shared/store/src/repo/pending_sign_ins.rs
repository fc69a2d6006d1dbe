//! Sign-ins waiting for the second factor.

use doorward_domain::boxed;
use doorward_domain::model::{AttemptId, PendingSignIn};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::pending_sign_ins::{Column, Entity};

/// Returns the waiting sign-in with this ID, expired or not.
#[boxed]
pub async fn find(conn: &Conn, id: &AttemptId) -> Result<Option<PendingSignIn>> {
    Entity::find_by_id(id.as_str()).load_one(conn).await
}

/// Counts an attempt. Returns `None` if the sign-in is done, expired, or had `max` attempts.
#[boxed]
pub async fn record_attempt(
    tx: &WriteTx,
    id: &AttemptId,
    max: u32,
    now: UnixSeconds,
) -> Result<Option<PendingSignIn>> {
    Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::DoneAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Tries.lt(i64::from(max)))
        .change_first(tx)
        .await
}

/// Completes the sign-in: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn complete(tx: &WriteTx, id: &AttemptId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::DoneAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::DoneAt.is_null())
        .change_one(tx)
        .await
}

#[boxed]
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64> {
    Entity::delete_by(tx, Column::UserId.eq(user.as_uuid())).await
}

/// Deletes up to `limit` unfinished sign-ins that expired before `before`, and returns them.
#[boxed]
pub async fn remove_unfinished(
    tx: &WriteTx,
    before: UnixSeconds,
    limit: u64,
) -> Result<Vec<PendingSignIn>> {
    let some = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::ExpiresAt.lt(before))
        .and_where(Column::DoneAt.is_null())
        .limit(limit)
        .take();
    let removed = Entity::delete_many()
        .filter(Column::Id.in_subquery(some))
        .exec_with_returning(tx.conn())
        .await?;
    models(removed)
}

purge_by!(ExpiresAt);
