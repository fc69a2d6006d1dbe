//! Background jobs: enqueued in a transaction, run by one replica at a time.

use doorward_domain::model::{Job, JobId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::jobs::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Enqueues a job.
pub async fn insert(tx: &WriteTx, job: &Job) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(job))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Returns the job that has been due for the longest time and is not leased.
pub async fn next_due<C: Conn>(conn: &C, now: UnixSeconds) -> Result<Option<JobId>, StoreError> {
    let found = Entity::find()
        .filter(due(now))
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(1)
        .one(conn)
        .await?;
    Ok(found.map(|row| JobId::from_uuid(row.id)))
}

/// Leases a job until `lease_until`. Returns `None` if another worker was faster.
pub async fn acquire(
    tx: &WriteTx,
    id: JobId,
    lease_until: UnixSeconds,
    now: UnixSeconds,
) -> Result<Option<Job>, StoreError> {
    let begun = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(lease_until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(due(now))
        .exec_with_returning(tx)
        .await?;
    begun.into_iter().next().map(Job::try_from).transpose()
}

/// Marks a job as done and clears its payload.
pub async fn complete(tx: &WriteTx, id: JobId, now: UnixSeconds) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::DoneAt, Expr::value(now))
        .col_expr(Column::PayloadSealed, Expr::value(Vec::<u8>::new()))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Records a failed attempt and the time of the next one; without a next attempt the job has
/// failed.
pub async fn fail(
    tx: &WriteTx,
    id: JobId,
    error: &str,
    next: Option<UnixSeconds>,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::LastError, Expr::value(error))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None));
    let update = match next {
        Some(at) => update.col_expr(Column::RunAt, Expr::value(at)),
        None => update
            .col_expr(Column::FailedAt, Expr::value(now))
            .col_expr(Column::PayloadSealed, Expr::value(Vec::<u8>::new())),
    };
    update.filter(Column::Id.eq(id.as_uuid())).exec(tx).await?;
    Ok(())
}

/// Counts the jobs that are neither done nor failed.
pub async fn count_waiting<C: Conn>(conn: &C) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(waiting()).count(conn).await?)
}

/// Counts the failed jobs.
pub async fn count_failed<C: Conn>(conn: &C) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::FailedAt.is_not_null())
        .count(conn)
        .await?)
}

/// Deletes the jobs that were enqueued before `before` and are done or failed. Returns their
/// number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    let over = Condition::any()
        .add(Column::DoneAt.is_not_null())
        .add(Column::FailedAt.is_not_null());
    Entity::delete_many()
        .filter(over)
        .filter(Column::CreatedAt.lt(before))
        .change(tx)
        .await
}

fn waiting() -> Condition {
    Condition::all()
        .add(Column::DoneAt.is_null())
        .add(Column::FailedAt.is_null())
}

fn due(now: UnixSeconds) -> Condition {
    let free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now));
    waiting().add(Column::RunAt.lte(now)).add(free)
}
