//! Bulk changes of users: stored by the request that starts them, continued by one process at a time.

use doorward_domain::boxed;
use doorward_domain::model::{BulkChange, BulkChangeId, BulkFailure, BulkState, StopReason};

use super::prelude::*;
use crate::entity::bulk_changes::{ActiveModel, Column, Entity};
use crate::entity::bulk_failures as failures;
use crate::entity::stored::count;

/// Inserts a change. Returns false if there is one with this ID already.
#[boxed]
pub async fn insert(tx: &WriteTx, change: &BulkChange) -> Result<bool> {
    insert_new(tx, ActiveModel::try_from(change)?, [Column::Id]).await
}

#[boxed]
pub async fn find(conn: &Conn, id: BulkChangeId) -> Result<Option<BulkChange>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns up to `limit` changes after this one, the oldest first.
#[boxed]
pub async fn list(conn: &Conn, after: Option<BulkChangeId>, limit: u64) -> Result<Vec<BulkChange>> {
    let after = after.map(|id| id.as_uuid());
    let page = Entity::find().page_after(Column::Id, after, limit);
    page.load(conn).await
}

/// Returns the running change that no process has continued for the longest time.
#[boxed]
pub async fn next_due(conn: &Conn, now: UnixSeconds) -> Result<Option<BulkChangeId>> {
    let next = Entity::find()
        .filter(due(now))
        .order_by_asc(Column::LeaseUntil)
        .limit(1);
    let id = next.load_column(Column::Id, conn).await?.pop();
    Ok(id.map(BulkChangeId::from_uuid))
}

fn due(now: UnixSeconds) -> Condition {
    running().add(Column::LeaseUntil.lte(now))
}

fn running() -> Condition {
    Condition::all().add(Column::State.eq(BulkState::Running.as_str()))
}

/// Leases a change until `lease_until`. Returns `None` if another process was faster.
#[boxed]
pub async fn acquire(
    tx: &WriteTx,
    id: BulkChangeId,
    lease_until: UnixSeconds,
    now: UnixSeconds,
) -> Result<Option<BulkChange>> {
    Entity::update_many()
        .value(Column::LeaseUntil, lease_until)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(due(now))
        .change_first(tx)
        .await
}

/// Stores the progress and the lease in `after`, whatever the state. Returns false if another process
/// has stored a progress since `before`.
#[boxed]
pub async fn save(tx: &WriteTx, before: &BulkChange, after: &BulkChange) -> Result<bool> {
    Entity::update_many()
        .value(Column::Cursor, after.cursor.clone())
        .value(Column::Done, count(after.done))
        .value(Column::Failed, count(after.failed))
        .value(Column::LeaseUntil, after.lease_until)
        .filter(Column::Id.eq(before.id.as_uuid()))
        .filter(Column::Done.eq(count(before.done)))
        .filter(Column::Failed.eq(count(before.failed)))
        // A page of a filter without users changes only the cursor. `None` is equal to null.
        .filter(Column::Cursor.eq(before.cursor.as_deref()))
        .change_one(tx)
        .await
}

/// Ends a running change. Returns false if it has ended already.
#[boxed]
pub async fn end(
    tx: &WriteTx,
    id: BulkChangeId,
    stop_reason: Option<StopReason>,
    now: UnixSeconds,
) -> Result<bool> {
    let state = match stop_reason {
        Some(_) => BulkState::Stopped,
        None => BulkState::Done,
    };
    let reason = stop_reason.map(|reason| reason.as_str().to_owned());
    Entity::update_many()
        .value(Column::State, state.as_str())
        .value(Column::StopReason, reason)
        .value(Column::EndedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(running())
        .change_one(tx)
        .await
}

/// Inserts failures of a change; a user that failed before keeps the first reason.
#[boxed]
pub async fn insert_failures(tx: &WriteTx, id: BulkChangeId, failed: &[BulkFailure]) -> Result<()> {
    let row = |failure: &BulkFailure| failures::ActiveModel {
        change_id: Set(id.as_uuid()),
        user_id: Set(failure.user.as_uuid()),
        reason: Set(failure.reason.clone()),
    };
    let mut keep = OnConflict::columns([failures::Column::ChangeId, failures::Column::UserId]);
    keep.do_nothing();
    insert_rows(tx, failed.iter().map(row), Some(&keep)).await
}

/// Returns up to `limit` failures of a change after this user, ordered by user.
#[boxed]
pub async fn failures(
    conn: &Conn,
    id: BulkChangeId,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<BulkFailure>> {
    let after = after.map(|user| user.as_uuid());
    let query = failures::Entity::find()
        .filter(failures::Column::ChangeId.eq(id.as_uuid()))
        .page_after(failures::Column::UserId, after, limit);
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(BulkFailure::from).collect())
}

/// Deletes up to `limit` failures of changes that started before `before`, and then the changes. Returns
/// the number of rows.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let old = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::CreatedAt.lt(before))
        .take();
    let of_old = Condition::all().add(failures::Column::ChangeId.in_subquery(old));
    let order = failures::Column::ChangeId;
    let deleted = purge_some::<failures::Entity>(tx, of_old, order, limit).await?;
    if deleted == limit {
        return Ok(deleted);
    }
    let left = limit - deleted;
    Ok(deleted + purge_older::<Entity>(tx, Column::CreatedAt, before, left).await?)
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait as _};
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn due_change_and_failures_are_ranges_of_indexes() {
        let db = migrated().await;
        let next = Entity::find()
            .filter(due(7))
            .order_by_asc(Column::LeaseUntil)
            .limit(1)
            .build(DbBackend::Sqlite);
        let failed = failures::Entity::find()
            .filter(failures::Column::ChangeId.eq(Uuid::nil()))
            .filter(failures::Column::UserId.gt(Uuid::nil()))
            .order_by_asc(failures::Column::UserId)
            .build(DbBackend::Sqlite);
        for (statement, range) in [
            (next, "(state=? AND lease_until<?)"),
            (failed, "(change_id=? AND user_id>?)"),
        ] {
            let plan = explain(&db, statement).await;
            assert_eq!(plan.len(), 1, "{plan:#?}");
            assert!(plan[0].ends_with(range), "{plan:#?}");
        }
    }
}
