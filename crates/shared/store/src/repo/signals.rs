//! Signals to receivers. They are written in the transaction of their change, and get their position afterwards, in
//! the order of writing: a reader that continues after a position misses none.

use doorward_domain::boxed;
use doorward_domain::model::EndReason;
use doorward_domain::model::signals::{KnownUser, NewSignal, Signal};

use super::prelude::*;
use crate::entity::signals::{ActiveModel, Column, Entity};
use crate::entity::{clients, grants, sessions};

/// Key of the lock among the advisory locks of PostgreSQL: "dw-signl" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"dw-signl");
/// Maximum number of signals that get a position in one transaction.
const BATCH: u64 = 1_000;
/// Maximum number of grants whose clients are read for the subjects of a user.
const GRANTS: u64 = 1_000;

/// Adds signals in the transaction of their change.
#[boxed]
pub async fn insert_all(tx: &WriteTx, signals: &[NewSignal]) -> Result<()> {
    let rows: Result<Vec<ActiveModel>> = signals.iter().map(ActiveModel::try_from).collect();
    insert_rows(tx, rows?, None).await
}

fn waiting() -> Select<Entity> {
    Entity::find()
        .filter(Column::Position.is_null())
        .order_by_asc(Column::Number)
}

#[boxed]
pub async fn is_waiting(conn: &Conn) -> Result<bool> {
    Entity::has(conn, Column::Position.is_null()).await
}

/// Gives waiting signals their positions. Returns false if none waits any more.
#[boxed]
pub async fn number(tx: &WriteTx, now: UnixSeconds) -> Result<bool> {
    // On SQLite the transaction itself holds the only write lock.
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    let rows = waiting().limit(BATCH).all(tx.conn()).await?;
    let (Some(first), Some(end)) = (rows.first(), rows.last()) else {
        return Ok(false);
    };
    let (last, at) = head(tx).await?.unwrap_or((0, now));
    // A row with a smaller number that commits now waits for the next turn, so that positions never repeat.
    let position = Expr::col(Column::Number).add(last + 1 - first.number);
    Entity::update_many()
        .col_expr(Column::Position, position)
        .value(Column::At, Ord::max(now, at))
        .filter(Column::Position.is_null())
        .filter(Column::Number.between(first.number, end.number))
        .run(tx)
        .await?;
    Ok(rows.len() as u64 == BATCH)
}

/// Returns the position and the time of the newest signal.
#[boxed]
pub async fn head(conn: &Conn) -> Result<Option<(i64, UnixSeconds)>> {
    let newest = Entity::find()
        .filter(Column::Position.is_not_null())
        .order_by_desc(Column::Position);
    Ok(place(newest.one(conn).await?))
}

/// Returns the position and the time of the oldest signal that is kept. Those before it were deleted.
#[boxed]
pub async fn oldest(conn: &Conn) -> Result<Option<(i64, UnixSeconds)>> {
    let oldest = Entity::find()
        .filter(Column::Position.is_not_null())
        .order_by_asc(Column::Position);
    Ok(place(oldest.one(conn).await?))
}

fn place(row: Option<crate::entity::signals::Model>) -> Option<(i64, UnixSeconds)> {
    row.and_then(|row| Some((row.position?, row.at?)))
}

/// Returns up to `limit` signals after this position.
#[boxed]
pub async fn list(conn: &Conn, after: i64, limit: u64) -> Result<Vec<Signal>> {
    Entity::find()
        .filter(Column::Position.gt(after))
        .order_by_asc(Column::Position)
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Returns the position of the newest signal from before this time.
#[boxed]
pub async fn position_before(conn: &Conn, time: UnixSeconds) -> Result<Option<i64>> {
    let before = Entity::find()
        .filter(Column::At.lt(time))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Position);
    Ok(place(before.one(conn).await?).map(|(position, _)| position))
}

/// Counts the signals after a position, at most `limit`.
#[boxed]
pub async fn count_after(conn: &Conn, after: i64, limit: u64) -> Result<u64> {
    let later = Entity::find().filter(Column::Position.gt(after));
    count_up_to(conn, later, Column::Position, limit).await
}

/// Deletes up to `limit` signals from before this time, or before the newest `keep` ones. The newest one remains, so
/// that [`oldest`] shows what was deleted. Returns their number.
#[boxed]
pub async fn purge(tx: &WriteTx, before: UnixSeconds, keep: u64, limit: u64) -> Result<u64> {
    let Some((newest, _)) = head(tx).await? else {
        return Ok(0);
    };
    let surplus = Entity::find()
        .filter(Column::Position.is_not_null())
        .order_by_desc(Column::Position)
        .offset(keep);
    let surplus = place(surplus.one(tx.conn()).await?).map_or(0, |(position, _)| position);
    let old = position_before(tx, before).await?.unwrap_or_default();
    let last = Ord::min(Ord::max(old, surplus), newest - 1);
    let surplus = Condition::all().add(Column::Position.lte(last));
    purge_some::<Entity>(tx, surplus, Column::Number, limit).await
}

/// Returns the users of ended sessions, and why they ended; none of sessions that reached their end.
#[boxed]
pub async fn users_of_ended(
    tx: &WriteTx,
    ended: &[SessionId],
) -> Result<Vec<(SessionId, UserId, Option<EndReason>)>> {
    let all = sessions::Entity::find();
    let ids = ended.iter().map(SessionId::as_uuid);
    let rows = rows_with(tx, all, sessions::Column::Id, ids).await?;
    let known = rows.into_iter().map(|row| {
        let reason = row.end_reason.as_deref().and_then(EndReason::parse);
        let (session, user) = (SessionId::from_uuid(row.id), UserId::from_uuid(row.user_id));
        (session, user, reason)
    });
    Ok(known
        .filter(|(_, _, reason)| *reason != Some(EndReason::Expired))
        .collect())
}

/// Returns the subjects by which clients know a user, beside the ID of the user.
#[boxed]
pub async fn known_subjects(tx: &WriteTx, user: UserId) -> Result<Vec<(ClientId, KnownUser)>> {
    let newest = Query::select()
        .columns([grants::Column::ClientId, grants::Column::SubjectId])
        .from(grants::Entity)
        .and_where(grants::Column::UserId.eq(user.as_uuid()))
        .order_by(grants::Column::Id, Order::Desc)
        .limit(GRANTS)
        .take();
    let sector = || Expr::col(("clients", clients::Column::PairwiseSector));
    let former = || Expr::col(("known", grants::Column::SubjectId));
    let query = Query::select()
        .distinct()
        .expr_as(Expr::col(("clients", clients::Column::Id)), "client")
        .expr_as(sector(), "sector")
        .expr_as(former(), "former")
        .from_subquery(newest, "known")
        .inner_join(
            "clients",
            Expr::col(("clients", clients::Column::Id)).equals(("known", grants::Column::ClientId)),
        )
        .and_where(sector().is_not_null().or(former().is_not_null()))
        .limit(100)
        .take();
    let read = |row: &QueryResult| {
        let client: String = row.try_get("", "client")?;
        let former: Option<uuid::Uuid> = row.try_get("", "former")?;
        let sector = row.try_get("", "sector")?;
        let id = former.map_or(user, UserId::from_uuid);
        Ok(ClientId::parse(&client).map(|client| (client, KnownUser { id, sector })))
    };
    let found = read_all(tx, &query, read).await?;
    Ok(found.into_iter().flatten().collect())
}
