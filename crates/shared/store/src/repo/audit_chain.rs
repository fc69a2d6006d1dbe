//! The hash chain of the audit log. Appending requires [`lock`], so that the chain never forks; the
//! primary key also makes each position unique.

use std::collections::HashMap;

use doorward_domain::boxed;
use doorward_domain::model::{AuditId, AuditRecord};
use doorward_rules::audit_chain::{ChainLink, LinkHash};
use sea_orm::TryGetable;
use uuid::Uuid;

use super::prelude::*;
use crate::entity::{audit_events, audit_seals, audit_waiting};

/// Key of the audit lock among the advisory locks of PostgreSQL: "dw-audit" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"dw-audit");

const ID: &str = "portion_id";

/// Waits for the exclusive right to append, until the end of the transaction.
#[boxed]
pub async fn lock(tx: &WriteTx) -> Result<()> {
    // On SQLite the transaction itself holds the only write lock.
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    Ok(())
}

#[boxed]
pub async fn last(conn: &Conn) -> Result<Option<ChainLink>> {
    audit_seals::Entity::find()
        .order_by_desc(audit_seals::Column::Seq)
        .load_one(conn)
        .await
}

#[boxed]
pub async fn hash_at(conn: &Conn, seq: i64) -> Result<Option<LinkHash>> {
    Ok(find(conn, seq).await?.map(|link| link.hash))
}

async fn find(conn: &Conn, seq: i64) -> Result<Option<ChainLink>> {
    audit_seals::Entity::find_by_id(seq).load_one(conn).await
}

/// Returns the event whose link is at this position.
#[boxed]
pub async fn event_at(conn: &Conn, seq: i64) -> Result<Option<AuditId>> {
    Ok(find(conn, seq).await?.and_then(|link| link.event))
}

/// Returns the number of events without a link.
#[boxed]
pub async fn count_waiting(conn: &Conn) -> Result<u64> {
    Ok(audit_waiting::Entity::find().count(conn).await?)
}

/// Returns the number of events without a link, at most `limit`.
#[boxed]
pub async fn count_waiting_up_to(conn: &Conn, limit: u64) -> Result<u64> {
    let (waiting, id) = (audit_waiting::Entity::find(), audit_waiting::Column::Number);
    count_up_to(conn, waiting, id, limit).await
}

/// Returns true if an event has no link yet.
#[boxed]
pub async fn is_behind(conn: &Conn) -> Result<bool> {
    audit_waiting::Entity::has(conn, Condition::all()).await
}

/// Returns up to `limit` events without a link, in the order of writing.
#[boxed]
pub async fn waiting(conn: &Conn, limit: u64) -> Result<Vec<AuditRecord>> {
    let rows = audit_waiting::Entity::find()
        .order_by_asc(audit_waiting::Column::Number)
        .limit(Ord::min(limit, PAGE_MAX))
        .all(conn)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.event_id).collect();
    let mut events = records(conn, &ids).await?;
    Ok(ids.iter().filter_map(|id| events.remove(id)).collect())
}

/// Appends links and removes their events from the waiting list.
#[boxed]
pub async fn append(tx: &WriteTx, seals: &[ChainLink]) -> Result<()> {
    insert_models(tx, seals, None).await?;
    let sealed = seals.iter().filter_map(|seal| seal.event);
    for part in parts(sealed.map(|event| event.as_uuid())) {
        let event = Expr::col(audit_waiting::Column::EventId);
        audit_waiting::Entity::delete_by(tx, part.contains(event)).await?;
    }
    Ok(())
}

/// Returns up to `limit` links after this position, each with the stored event.
#[boxed]
pub async fn links(
    conn: &Conn,
    after: i64,
    limit: u64,
) -> Result<Vec<(ChainLink, Option<AuditRecord>)>> {
    let rows = audit_seals::Entity::find()
        .filter(audit_seals::Column::Seq.gt(after))
        .order_by_asc(audit_seals::Column::Seq)
        .limit(Ord::min(limit, PAGE_MAX))
        .all(conn)
        .await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.event_id).collect();
    let mut events = records(conn, &ids).await?;
    let seals: Vec<ChainLink> = models(rows)?;
    let mut links = Vec::with_capacity(seals.len());
    for mut seal in seals {
        let event = seal.event.and_then(|id| events.remove(&id.as_uuid()));
        let is_erased = event.as_ref().is_some_and(|event| event.ip.is_none());
        if is_erased && seal.address_salt.is_some() {
            // The address was erased after the link was read.
            seal = find(conn, seal.seq).await?.unwrap_or(seal);
        }
        links.push((seal, event));
    }
    Ok(links)
}

/// Erases the addresses of up to `limit` events whose links are from before this day, the oldest first.
/// Each link keeps the hash of its address. Returns their number.
#[boxed]
pub async fn erase_addresses(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    let event = Expr::col(("audit_events", "id")).equals(("audit_seals", "event_id"));
    let with_address = select_one("audit_events")
        .and_where(event)
        .and_where(Expr::col(("audit_events", "ip")).is_not_null())
        .take();
    let rows = audit_seals::Entity::find()
        .filter(audit_seals::Column::AddressSalt.is_not_null())
        .filter(Expr::exists(with_address))
        .order_by_asc(audit_seals::Column::Seq)
        .limit(Ord::min(limit, PAGE_MAX))
        .all(tx.conn())
        .await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.event_id).collect();
    let events = records(tx, &ids).await?;
    let links: Vec<ChainLink> = models(rows)?;
    let mut erased = 0;
    for link in links.iter().take_while(|link| link.day < before) {
        let event = link.event.and_then(|id| events.get(&id.as_uuid()));
        let hash = event.and_then(|event| Some((event.id, link.erased_address(event)?)));
        let Some((id, hash)) = hash else { continue };
        audit_events::Entity::update_many()
            .value(audit_events::Column::Ip, None::<String>)
            .filter(audit_events::Column::Id.eq(id.as_uuid()))
            .run(tx)
            .await?;
        audit_seals::Entity::update_many()
            .value(audit_seals::Column::AddressSalt, None::<Vec<u8>>)
            .value(audit_seals::Column::AddressHash, hash.as_bytes().to_vec())
            .filter(audit_seals::Column::Seq.eq(link.seq))
            .run(tx)
            .await?;
        erased += 1;
    }
    Ok(erased)
}

/// Events or waiting entries that a verification has read, in the order of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Portion<K> {
    /// Events among them that are reported, at most as many as asked for.
    pub found: Vec<AuditId>,
    /// Last key of the portion, after which the next one begins; `None` after the last portion.
    pub next: Option<K>,
}

/// Reads the next `rows` events after this ID, and returns up to `limit` of them that neither have a
/// link nor wait for one.
#[boxed]
pub async fn strays(
    conn: &Conn,
    after: Option<AuditId>,
    rows: u64,
    limit: u64,
) -> Result<Portion<AuditId>> {
    let key = ("audit_events", "id");
    let id = || Expr::col(key);
    let after = after.map(|id| id.as_uuid());
    let (mut all, last) = portion(conn, key, after, rows).await?;
    let linked = place("audit_seals", "seq", id());
    let waiting = place("audit_waiting", "number", id());
    all.and_where(linked.is_null()).and_where(waiting.is_null());
    Ok(Portion {
        found: ids(conn, all, id(), limit).await?,
        next: last.map(AuditId::from_uuid),
    })
}

/// Reads the next `rows` waiting entries after this number, and returns up to `limit` of their events
/// that do not exist any more.
#[boxed]
pub async fn list_missing(
    conn: &Conn,
    after: Option<i64>,
    rows: u64,
    limit: u64,
) -> Result<Portion<i64>> {
    let key = ("audit_waiting", "number");
    let (mut all, last) = portion(conn, key, after, rows).await?;
    let event = || Expr::col(("audit_waiting", "event_id"));
    let stored = Query::select()
        .column(("audit_events", "id"))
        .from("audit_events")
        .and_where(Expr::col(("audit_events", "id")).eq(event()))
        .take();
    all.clear_selects()
        .expr_as(event(), ID)
        .and_where(Expr::from(stored).is_null());
    Ok(Portion {
        found: ids(conn, all, Expr::col(key), limit).await?,
        next: last,
    })
}

/// Selects the key of the row of `table` for an event. A subquery with one value is looked up in the
/// index for each event, whatever the database assumes about the size of the tables. PostgreSQL reads
/// a table once for each event to decide `NOT IN`, if a hash of it exceeds `work_mem`.
fn place(table: &'static str, key: &'static str, event: Expr) -> Expr {
    let row = Query::select()
        .column((table, key))
        .from(table)
        .and_where(Expr::col((table, "event_id")).eq(event))
        .take();
    Expr::from(row)
}

/// Selects the next `rows` rows of a table after this key. Also returns the last of their keys, or `None` if
/// there are fewer.
async fn portion<K: TryGetable + Copy + Into<Expr>>(
    conn: &Conn,
    (table, key): (&'static str, &'static str),
    after: Option<K>,
    rows: u64,
) -> Result<(SelectStatement, Option<K>)> {
    let key = || Expr::col((table, key));
    let mut all = Query::select();
    all.expr_as(key(), ID)
        .from(table)
        .and_where_option(after.map(|after| key().gt(after)));
    let mut last = all.clone();
    last.order_by_expr(key(), Order::Asc)
        .offset(rows.saturating_sub(1))
        .limit(1);
    let last: Option<K> = read_first(conn, &last, |row| Ok(row.try_get("", ID)?)).await?;
    all.and_where_option(last.map(|last| key().lte(last)));
    Ok((all, last))
}

async fn ids(
    conn: &Conn,
    mut found: SelectStatement,
    key: Expr,
    limit: u64,
) -> Result<Vec<AuditId>> {
    found.order_by_expr(key, Order::Asc).limit(limit);
    let id = |row: &QueryResult| Ok(AuditId::from_uuid(row.try_get("", ID)?));
    read_all(conn, &found, id).await
}

async fn records(conn: &Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, AuditRecord>> {
    let all = audit_events::Entity::find();
    let ids = ids.iter().copied();
    let rows = rows_with(conn, all, audit_events::Column::Id, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}
