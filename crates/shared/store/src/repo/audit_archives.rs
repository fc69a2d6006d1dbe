//! Parts of the audit log that were moved into files, and the deletion of their rows.

use doorward_domain::boxed;
use doorward_rules::audit_archive::AuditArchive;
use doorward_rules::audit_chain::ChainLink;

use super::prelude::*;
pub use super::query::insert;
use crate::entity::audit_archives::{Column, Entity};
use crate::entity::{audit_events, audit_seals};

/// Returns up to `limit` archives after this position, in the order of the chain.
#[boxed]
pub async fn list(conn: &Conn, after: i64, limit: u64) -> Result<Vec<AuditArchive>> {
    let query = Entity::find().page_after(Column::FirstSeq, Some(after), limit);
    query.load(conn).await
}

/// Returns the archive with the latest links.
#[boxed]
pub async fn last(conn: &Conn) -> Result<Option<AuditArchive>> {
    let query = Entity::find().order_by_desc(Column::FirstSeq);
    query.load_one(conn).await
}

/// Returns the archive that contains the link at this position.
#[boxed]
pub async fn covering(conn: &Conn, seq: i64) -> Result<Option<AuditArchive>> {
    let before = Entity::find()
        .filter(Column::FirstSeq.lte(seq))
        .order_by_desc(Column::FirstSeq);
    let found: Option<AuditArchive> = before.load_one(conn).await?;
    Ok(found.filter(|archive| seq <= archive.last_seq))
}

/// Returns up to `limit` archives whose rows are not deleted yet, in the order of the chain.
#[boxed]
pub async fn list_undeleted(conn: &Conn, limit: u64) -> Result<Vec<AuditArchive>> {
    let query = Entity::find()
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::FirstSeq)
        .limit(Ord::min(limit, PAGE_MAX));
    query.load(conn).await
}

/// Records that the rows of an archive are deleted.
#[boxed]
pub async fn set_deleted(tx: &WriteTx, first_seq: i64, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::DeletedAt, now)
        .filter(Column::FirstSeq.eq(first_seq))
        .filter(Column::DeletedAt.is_null())
        .change_one(tx)
        .await
}

/// Returns the first link from this position on.
#[boxed]
pub async fn first_link(conn: &Conn, from: i64) -> Result<Option<ChainLink>> {
    audit_seals::Entity::find()
        .filter(audit_seals::Column::Seq.gte(from))
        .order_by_asc(audit_seals::Column::Seq)
        .load_one(conn)
        .await
}

/// Returns the first link from this position on that belongs to a later day.
#[boxed]
pub async fn first_link_after_day(
    conn: &Conn,
    from: i64,
    day: UnixSeconds,
) -> Result<Option<ChainLink>> {
    audit_seals::Entity::find()
        .filter(audit_seals::Column::Seq.gte(from))
        .filter(audit_seals::Column::Day.gt(day))
        .order_by_asc(audit_seals::Column::Seq)
        .load_one(conn)
        .await
}

/// Deletes the events of up to `limit` archived links, and these links. Returns the number of links;
/// 0 if none is left.
#[boxed]
pub async fn delete_rows(tx: &WriteTx, archive: &AuditArchive, limit: u64) -> Result<u64> {
    let Some(first) = first_link(tx, archive.first_seq).await? else {
        return Ok(0);
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let last = Ord::min(archive.last_seq, first.seq.saturating_add(limit - 1));
    if first.seq > last {
        return Ok(0);
    }
    let links = Condition::all()
        .add(audit_seals::Column::Seq.gte(first.seq))
        .add(audit_seals::Column::Seq.lte(last));
    let events = Query::select()
        .column(audit_seals::Column::EventId)
        .from(audit_seals::Entity)
        .cond_where(links.clone())
        .and_where(audit_seals::Column::EventId.is_not_null())
        .take();
    // The events first: the database allows their deletion by their links.
    audit_events::Entity::delete_by(tx, audit_events::Column::Id.in_subquery(events)).await?;
    audit_seals::Entity::delete_by(tx, links).await
}
