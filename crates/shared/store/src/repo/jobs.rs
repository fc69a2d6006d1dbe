//! Background jobs: enqueued in a transaction, run by one replica at a time.

use doorward_domain::boxed;
use doorward_domain::model::{Job, JobId, JobKind, JobSummary};
use doorward_domain::mutant::Safeguard;
use doorward_rules::mail_queue::{MailQueue, RATE_PERIOD};
use doorward_rules::retry::PATIENCE;

use super::prelude::*;
pub use super::query::insert;
use crate::entity::jobs::{Column, Entity};
use crate::entity::work::JobColumns;

/// The number of the newest finished jobs among which the last delivery is looked for.
const EXAMINED: u64 = 1_000;

/// The highest number of messages that [`mail_queue`] counts.
const MAX_MAILS: u64 = 1_000_000;

/// The position of a job in a list: the time of its failure, or zero if it has not failed, and its
/// ID.
pub type Position = (UnixSeconds, JobId);

pub fn position(job: &JobSummary) -> Position {
    (job.failed_at.unwrap_or_default(), job.id)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueJob {
    pub id: JobId,
    /// The host that it calls, or the domain of the recipient.
    pub destination: Option<String>,
    pub created_at: UnixSeconds,
}

/// Returns the job of one of these kinds that has been due for the longest time, is not leased, and
/// has none of the destinations `except`, which are as few as there are workers.
#[boxed]
pub async fn next_due(
    conn: &Conn,
    kinds: &[JobKind],
    except: &[String],
    now: UnixSeconds,
) -> Result<Option<DueJob>> {
    let mut condition = due(now).add(of_kinds(kinds));
    for part in parts(except.iter().map(String::as_str)) {
        let other = Condition::any()
            .add(Column::Destination.is_null())
            .add(part.contains(Expr::col(Column::Destination)).not());
        condition = condition.add(other);
    }
    let found: Option<(uuid::Uuid, Option<String>, UnixSeconds)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Destination, Column::CreatedAt])
        .filter(condition)
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(found.map(|(id, destination, created_at)| DueJob {
        id: JobId::from_uuid(id),
        destination,
        created_at,
    }))
}

/// Delays up to `limit` due jobs of these kinds and this destination until `until`. Returns their
/// number.
#[boxed]
pub async fn defer(
    tx: &WriteTx,
    kinds: &[JobKind],
    destination: &str,
    until: UnixSeconds,
    now: UnixSeconds,
    limit: u64,
) -> Result<u64> {
    let those = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(due(now).add(of_kinds(kinds)))
        .and_where(Column::Destination.eq(destination))
        .limit(limit)
        .take();
    Entity::update_many()
        .value(Column::RunAt, until)
        .filter(Column::Id.in_subquery(those))
        .change(tx)
        .await
}

/// Leases a job until `lease_until`. Returns `None` if another worker was faster.
#[boxed]
pub async fn acquire(
    tx: &WriteTx,
    id: JobId,
    lease_until: UnixSeconds,
    now: UnixSeconds,
) -> Result<Option<Job>> {
    Entity::update_many()
        .value(Column::LeaseUntil, lease_until)
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(due(now))
        .change_first(tx)
        .await
}

/// Returns the condition that the lease with which a worker acquired the job is still its own.
fn held(job: &Job) -> Condition {
    let lease = match job.lease_until {
        Some(until) => Column::LeaseUntil.eq(until),
        None => Column::LeaseUntil.is_null(),
    };
    guarded(Safeguard::JobLease, lease).add(Column::Id.eq(job.id.as_uuid()))
}

/// Marks a job as done and clears its payload. Returns false if another worker has acquired it.
#[boxed]
pub async fn complete(tx: &WriteTx, job: &Job, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::DoneAt, now)
        .value(Column::PayloadSealed, Vec::<u8>::new())
        .value(Column::LeaseUntil, Option::<i64>::None)
        .filter(held(job))
        .change_one(tx)
        .await
}

/// Deletes a job. Returns false if another worker has acquired it.
#[boxed]
pub async fn delete(tx: &WriteTx, job: &Job) -> Result<bool> {
    Entity::delete_one_by(tx, held(job)).await
}

/// Records a failed attempt and the time of the next one; without a next attempt the job has
/// failed. Its payload stays until [`purge`], for [`retry`]. Returns false if another worker has
/// acquired the job.
#[boxed]
pub async fn fail(
    tx: &WriteTx,
    job: &Job,
    error: &str,
    next: Option<UnixSeconds>,
    now: UnixSeconds,
) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::LastError, error)
        .value(Column::LeaseUntil, Option::<i64>::None);
    let update = match next {
        Some(at) => update.value(Column::RunAt, at),
        None => update.value(Column::FailedAt, now),
    };
    update.filter(held(job)).change_one(tx).await
}

/// Makes a failed job due again, as if it had been created now. Returns false for a job that has not
/// failed.
#[boxed]
pub async fn retry(tx: &WriteTx, id: JobId, now: UnixSeconds) -> Result<bool> {
    let this = Condition::all().add(Column::Id.eq(id.as_uuid()));
    Ok(retry_those(tx, this, now).await? > 0)
}

/// Makes up to `limit` failed jobs due again that were created before now: not those that were made due
/// by the same change and failed at once. Returns their number.
#[boxed]
pub async fn retry_failed(tx: &WriteTx, now: UnixSeconds, limit: u64) -> Result<u64> {
    let some = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::FailedAt.is_not_null())
        .and_where(Column::CreatedAt.lt(now))
        .limit(limit)
        .take();
    let some = Condition::all().add(Column::Id.in_subquery(some));
    retry_those(tx, some, now).await
}

async fn retry_those(tx: &WriteTx, those: Condition, now: UnixSeconds) -> Result<u64> {
    Entity::update_many()
        .value(Column::FailedAt, Option::<i64>::None)
        .value(Column::Attempts, 0)
        .value(Column::RunAt, now)
        .value(Column::CreatedAt, now)
        .filter(those.add(Column::FailedAt.is_not_null()))
        .change(tx)
        .await
}

/// Returns the jobs with these IDs, with their payloads.
#[boxed]
pub async fn list(conn: &Conn, ids: &[JobId]) -> Result<Vec<Job>> {
    let ids = ids.iter().map(JobId::as_uuid);
    models(rows_with(conn, Entity::find(), Column::Id, ids).await?)
}

/// Returns the last error of a message that was created after the last delivery, and has waited for
/// another attempt longer than [`PATIENCE`]: if there is one, no mail is delivered.
#[boxed]
pub async fn undelivered_mail(conn: &Conn, now: UnixSeconds) -> Result<Option<String>> {
    let is_mail = of_kinds(&JobKind::MAILS);
    // Bounded, because most jobs that are done may be of another kind.
    let newest = Entity::find()
        .select_only()
        .columns([Column::Kind, Column::DoneAt])
        .filter(Column::DoneAt.is_not_null())
        .order_by_desc(Column::DoneAt)
        .limit(EXAMINED)
        .into_query();
    let delivered = Query::select()
        .expr(Expr::col(Column::DoneAt).max())
        .from_subquery(newest, "newest")
        .and_where(is_mail.clone())
        .take();
    let delivered = Func::coalesce([Expr::from(delivered), Expr::value(0)]);
    let errors: Vec<String> = Entity::find()
        .filter(waiting().add(is_mail).add(Column::LastError.is_not_null()))
        .filter(Column::CreatedAt.lt(now - PATIENCE))
        .filter(Column::CreatedAt.into_expr().gt(delivered))
        .order_by_asc(Column::RunAt)
        .limit(1)
        .load_column(Column::LastError, conn)
        .await?;
    Ok(errors.into_iter().next())
}

/// Returns a job without its payload.
#[boxed]
pub async fn find(conn: &Conn, id: JobId) -> Result<Option<JobSummary>> {
    let row = Entity::find_by_id(id.as_uuid()).into_partial_model::<JobColumns>();
    row.one(conn).await?.map(JobSummary::try_from).transpose()
}

/// Returns up to `limit` jobs before this position, without their payloads: all, the newest first,
/// or the failed ones, the latest failure first. Each list is a range of an index, in its order.
#[boxed]
pub async fn page(
    conn: &Conn,
    failed: bool,
    before: Option<Position>,
    limit: u64,
) -> Result<Vec<JobSummary>> {
    let rows = select(failed, before, limit).into_partial_model::<JobColumns>();
    models(rows.all(conn).await?)
}

fn select(failed: bool, before: Option<Position>, limit: u64) -> Select<Entity> {
    let mut condition = Condition::all();
    let mut query = Entity::find();
    if failed {
        condition = condition.add(Column::FailedAt.is_not_null());
        query = query.order_by_desc(Column::FailedAt);
    }
    if let Some((at, id)) = before {
        condition = if failed {
            let order = [Column::FailedAt, Column::Id].map(Column::into_expr);
            condition.add(is_before(order, at, id.as_uuid()))
        } else {
            condition.add(Column::Id.lt(id.as_uuid()))
        };
    }
    query
        .filter(condition)
        .order_by_desc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
}

/// Counts the jobs that are neither done nor failed.
#[boxed]
pub async fn count_waiting(conn: &Conn) -> Result<u64> {
    Ok(Entity::find().filter(waiting()).count(conn).await?)
}

/// Counts the jobs that are neither done nor failed, at most `limit`.
#[boxed]
pub async fn count_waiting_up_to(conn: &Conn, limit: u64) -> Result<u64> {
    count_up_to(conn, Entity::find().filter(waiting()), Column::Id, limit).await
}

/// Counts the jobs of these kinds that are neither done nor failed, at most `limit`.
#[boxed]
pub async fn count_waiting_of(conn: &Conn, kinds: &[JobKind], limit: u64) -> Result<u64> {
    let rows = Entity::find().filter(waiting().add(of_kinds(kinds)));
    count_up_to(conn, rows, Column::Id, limit).await
}

/// Returns the numbers of messages that wait, and of those that were sent in the last [`RATE_PERIOD`].
#[boxed]
pub async fn mail_queue(conn: &Conn, now: UnixSeconds) -> Result<MailQueue> {
    let sent = Entity::find()
        .filter(of_kinds(&JobKind::MAILS))
        .filter(Column::DoneAt.gt(now - RATE_PERIOD));
    Ok(MailQueue {
        requested: count_waiting_of(conn, &[JobKind::Mail], MAX_MAILS).await?,
        notifications: count_waiting_of(conn, &[JobKind::Notification], MAX_MAILS).await?,
        sent: count_up_to(conn, sent, Column::Id, MAX_MAILS).await?,
    })
}

#[boxed]
pub async fn count_failed_up_to(conn: &Conn, limit: u64) -> Result<u64> {
    let failed = Entity::find().filter(Column::FailedAt.is_not_null());
    count_up_to(conn, failed, Column::Id, limit).await
}

#[boxed]
pub async fn count_failed(conn: &Conn) -> Result<u64> {
    Ok(Entity::find()
        .filter(Column::FailedAt.is_not_null())
        .count(conn)
        .await?)
}

/// Deletes up to `limit` jobs that were done or failed before `before`. Returns their number.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let done = purge_older::<Entity>(tx, Column::DoneAt, before, limit).await?;
    let failed = purge_older::<Entity>(tx, Column::FailedAt, before, limit - done).await?;
    Ok(done + failed)
}

/// Deletes up to `limit` jobs that are not done, also failed ones, which could be retried. Returns their number.
#[boxed]
pub async fn drop_undone(tx: &WriteTx, limit: u64) -> Result<u64> {
    let undone = Condition::all().add(Column::DoneAt.is_null());
    purge_some::<Entity>(tx, undone, Column::Id, limit).await
}

fn waiting() -> Condition {
    Condition::all()
        .add(Column::DoneAt.is_null())
        .add(Column::FailedAt.is_null())
}

fn of_kinds(kinds: &[JobKind]) -> Expr {
    is_word(
        Expr::col(Column::Kind),
        kinds.iter().map(|kind| kind.as_str()),
    )
}

fn due(now: UnixSeconds) -> Condition {
    let free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now));
    waiting().add(Column::RunAt.lte(now)).add(free)
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait as _};
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn each_list_is_range_of_index_in_its_order() {
        let db = migrated().await;
        let last = (7, JobId::from_uuid(Uuid::from_u128(7)));
        for (failed, range) in [(false, "(id<?)"), (true, "failed_at<?)")] {
            let plan = explain(&db, select(failed, Some(last), 50).build(DbBackend::Sqlite)).await;
            assert_eq!(plan.len(), 1, "{plan:#?}");
            assert!(plan[0].ends_with(range), "{plan:#?}");
        }
    }
}
