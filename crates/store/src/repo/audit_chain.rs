//! The hash chain of the audit log. Appending requires [`lock`], so that the chain never forks; the
//! primary key also makes each position unique.

use std::collections::HashMap;

use doorward_domain::model::{AuditId, AuditRecord};
use doorward_domain::rules::audit_chain::{ChainLink, LinkHash};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::query::{PAGE_MAX, count_up_to, models};
use super::value_list::{insert_rows, parts};
use crate::db::{Conn, WriteTx};
use crate::entity::{audit_events, audit_seals, audit_waiting};
use crate::error::StoreError;

/// Key of the audit lock among the advisory locks of PostgreSQL: "dw-audit" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"dw-audit");

/// Waits for the exclusive right to append, until the end of the transaction.
pub async fn lock(tx: &WriteTx) -> Result<(), StoreError> {
    // On SQLite the transaction itself holds the only write lock.
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    Ok(())
}

/// Returns the last link.
pub async fn last<C: Conn>(conn: &C) -> Result<Option<ChainLink>, StoreError> {
    let row = audit_seals::Entity::find()
        .order_by_desc(audit_seals::Column::Seq)
        .one(conn)
        .await?;
    row.map(ChainLink::try_from).transpose()
}

/// Returns the hash of the link at this position.
pub async fn hash_at<C: Conn>(conn: &C, seq: i64) -> Result<Option<LinkHash>, StoreError> {
    let row = audit_seals::Entity::find_by_id(seq).one(conn).await?;
    let seal = row.map(ChainLink::try_from).transpose()?;
    Ok(seal.map(|seal| seal.hash))
}

/// Returns the event whose link is at this position.
pub async fn event_at<C: Conn>(conn: &C, seq: i64) -> Result<Option<AuditId>, StoreError> {
    let row = audit_seals::Entity::find_by_id(seq).one(conn).await?;
    let event = row.and_then(|row| row.event_id);
    Ok(event.map(AuditId::from_uuid))
}

/// Returns the number of events without a link.
pub async fn count_waiting<C: Conn>(conn: &C) -> Result<u64, StoreError> {
    Ok(audit_waiting::Entity::find().count(conn).await?)
}

/// Returns the number of events without a link, at most `limit`.
pub async fn count_waiting_up_to<C: Conn>(conn: &C, limit: u64) -> Result<u64, StoreError> {
    let (waiting, id) = (audit_waiting::Entity::find(), audit_waiting::Column::Number);
    count_up_to(conn, waiting, id, limit).await
}

/// Returns true if an event has no link yet.
pub async fn is_behind<C: Conn>(conn: &C) -> Result<bool, StoreError> {
    Ok(audit_waiting::Entity::find().one(conn).await?.is_some())
}

/// Returns up to `limit` events without a link, in the order of writing.
pub async fn waiting<C: Conn>(conn: &C, limit: u64) -> Result<Vec<AuditRecord>, StoreError> {
    let rows = audit_waiting::Entity::find()
        .order_by_asc(audit_waiting::Column::Number)
        .limit(limit.min(PAGE_MAX))
        .all(conn)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.event_id).collect();
    let mut events = records(conn, &ids).await?;
    Ok(ids.iter().filter_map(|id| events.remove(id)).collect())
}

/// Appends links and removes their events from the waiting list.
pub async fn append(tx: &WriteTx, seals: &[ChainLink]) -> Result<(), StoreError> {
    let rows = seals.iter().map(audit_seals::ActiveModel::from);
    insert_rows(tx, rows, None).await?;
    let sealed = seals.iter().filter_map(|seal| seal.event);
    for part in parts(sealed.map(|event| event.as_uuid())) {
        audit_waiting::Entity::delete_many()
            .filter(part.contains(Expr::col(audit_waiting::Column::EventId)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Returns up to `limit` links after this position, each with the stored event.
pub async fn links<C: Conn>(
    conn: &C,
    after: i64,
    limit: u64,
) -> Result<Vec<(ChainLink, Option<AuditRecord>)>, StoreError> {
    let rows = audit_seals::Entity::find()
        .filter(audit_seals::Column::Seq.gt(after))
        .order_by_asc(audit_seals::Column::Seq)
        .limit(limit.min(PAGE_MAX))
        .all(conn)
        .await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.event_id).collect();
    let mut events = records(conn, &ids).await?;
    let seals: Vec<ChainLink> = models(rows)?;
    let with_event = |seal: ChainLink| {
        let event = seal.event.and_then(|id| events.remove(&id.as_uuid()));
        (seal, event)
    };
    Ok(seals.into_iter().map(with_event).collect())
}

/// Returns up to `limit` events that neither have a link nor wait for one.
pub async fn strays<C: Conn>(conn: &C, limit: u64) -> Result<Vec<AuditId>, StoreError> {
    use audit_events::Column;
    let sealed = Query::select()
        .column("event_id")
        .from("audit_seals")
        .cond_where(audit_seals::Column::EventId.is_not_null())
        .take();
    let waiting = Query::select()
        .column("event_id")
        .from("audit_waiting")
        .take();
    let rows = audit_events::Entity::find()
        .filter(Column::Id.not_in_subquery(sealed))
        .filter(Column::Id.not_in_subquery(waiting))
        .order_by_asc(Column::Id)
        .limit(limit.min(PAGE_MAX))
        .all(conn)
        .await?;
    let id = |row: audit_events::Model| AuditId::from_uuid(row.id);
    Ok(rows.into_iter().map(id).collect())
}

/// Returns up to `limit` waiting events that do not exist any more.
pub async fn list_missing<C: Conn>(conn: &C, limit: u64) -> Result<Vec<AuditId>, StoreError> {
    let all = Query::select().column("id").from("audit_events").take();
    let rows = audit_waiting::Entity::find()
        .filter(audit_waiting::Column::EventId.not_in_subquery(all))
        .order_by_asc(audit_waiting::Column::Number)
        .limit(limit.min(PAGE_MAX))
        .all(conn)
        .await?;
    let id = |row: audit_waiting::Model| AuditId::from_uuid(row.event_id);
    Ok(rows.into_iter().map(id).collect())
}

async fn records<C: Conn>(
    conn: &C,
    ids: &[uuid::Uuid],
) -> Result<HashMap<uuid::Uuid, AuditRecord>, StoreError> {
    let mut found = HashMap::new();
    for part in parts(ids.iter().copied()) {
        let rows = audit_events::Entity::find()
            .filter(part.contains(Expr::col(audit_events::Column::Id)))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row.into())));
    }
    Ok(found)
}
