//! Clients to be notified that a session has ended (OIDC Back-Channel Logout §2.7).
//!
//! The rows are written by the functions that end sessions ([`sessions::end`](super::sessions::end)
//! and others), in the same transaction, so that none can omit them. A worker turns each into a
//! job. A row of a session that has not ended is due when the session may be idle.

use doorward_domain::boxed;
use doorward_domain::model::{LogoutNotification, Session};
use sea_orm::DbErr;

use super::prelude::*;
use crate::entity::grants;
use crate::entity::logout_notices::{ActiveModel, Column, Entity, Model};

/// The due time of a notification about a session that has ended.
const ENDED: UnixSeconds = 0;

/// Enqueues notifications for the clients with a grant in one of these sessions and a logout URI.
pub(super) async fn enqueue(tx: &WriteTx, ended: &[SessionId]) -> Result<()> {
    for part in parts(ended.iter().map(SessionId::as_uuid)) {
        insert_of(tx, part.contains(Expr::col(("grants", "session_id")))).await?;
    }
    Ok(())
}

/// Inserts the notifications of the sessions that meet the condition, each about the user of the session. One that
/// was scheduled for an impersonation in the session keeps its user.
async fn insert_of(tx: &WriteTx, sessions: Expr) -> Result<()> {
    let select = Query::select()
        .distinct()
        .column(("grants", "session_id"))
        .column(("grants", "client_id"))
        .column(("sessions", "user_id"))
        .expr(Expr::value(ENDED))
        .from("grants")
        .inner_join(
            "sessions",
            Expr::col(("sessions", "id")).equals(("grants", "session_id")),
        )
        .inner_join(
            "clients",
            Expr::col(("clients", "id")).equals(("grants", "client_id")),
        )
        .and_where(Expr::col(("clients", "backchannel_logout_uri")).is_not_null())
        .and_where(sessions)
        .take();
    let mut at_once = OnConflict::columns([Column::SessionId, Column::ClientId]);
    at_once.update_column(Column::DueAt);
    let mut insert = Query::insert();
    insert
        .into_table(Entity)
        .columns([
            Column::SessionId,
            Column::ClientId,
            Column::UserId,
            Column::DueAt,
        ])
        .on_conflict(at_once);
    insert
        .select_from(select)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    tx.execute(&insert).await?;
    Ok(())
}

/// Schedules the notification of a client about the idle end of its session, unless there is one.
#[boxed]
pub async fn schedule(
    tx: &WriteTx,
    notice: &LogoutNotification,
    due_at: UnixSeconds,
) -> Result<()> {
    let row = ActiveModel {
        session_id: Set(notice.session_id.as_uuid()),
        client_id: Set(notice.client_id.as_str().to_owned()),
        user_id: Set(notice.user_id.as_uuid()),
        due_at: Set(due_at),
    };
    insert_new(tx, row, [Column::SessionId, Column::ClientId])
        .await
        .map(drop)
}

/// Makes the notifications about a user in a session due, at the end of an impersonation.
#[boxed]
pub async fn expedite(tx: &WriteTx, session: SessionId, user: UserId) -> Result<()> {
    Entity::update_many()
        .value(Column::DueAt, ENDED)
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .run(tx)
        .await
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueNotification {
    pub notice: LogoutNotification,
    /// True if the session had not ended when it was scheduled, so that it may not be idle yet.
    pub may_be_in_use: bool,
}

/// Returns up to `limit` due notifications that are not jobs yet.
#[boxed]
pub async fn list(conn: &Conn, now: UnixSeconds, limit: u64) -> Result<Vec<DueNotification>> {
    let rows = Entity::find()
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .limit(limit)
        .all(conn)
        .await?;
    let due = |row: Model| {
        let may_be_in_use = row.due_at != ENDED;
        let notice = LogoutNotification::try_from(row)?;
        Ok(DueNotification {
            notice,
            may_be_in_use,
        })
    };
    rows.into_iter().map(due).collect()
}

/// Returns the time at which a session becomes idle: without a use by its browser, and without a
/// refresh by a client.
#[boxed]
pub async fn idle_end(conn: &Conn, session: &Session) -> Result<UnixSeconds> {
    let rest = session.idle_expires_at - session.last_seen_at;
    let newest = grants::Entity::find()
        .select_only()
        .column_as(grants::Column::RefreshIssuedAt.max(), "newest")
        .filter(grants::Column::SessionId.eq(session.id.as_uuid()))
        .filter(grants::Column::RevokedAt.is_null())
        .into_tuple::<Option<i64>>()
        .one(conn)
        .await?;
    let by_client = newest.flatten().map(|at| at.saturating_add(rest));
    let by_browser = session.idle_expires_at;
    Ok(by_client.map_or(by_browser, |end| Ord::max(end, by_browser)))
}

/// Postpones a scheduled notification. Changes nothing if the session has ended meanwhile.
#[boxed]
pub async fn postpone(
    tx: &WriteTx,
    notice: &LogoutNotification,
    due_at: UnixSeconds,
) -> Result<()> {
    Entity::update_many()
        .value(Column::DueAt, due_at)
        .filter(Column::SessionId.eq(notice.session_id.as_uuid()))
        .filter(Column::ClientId.eq(notice.client_id.as_str()))
        .filter(Column::DueAt.ne(ENDED))
        .run(tx)
        .await
}

/// Deletes a notification to turn it into a job: of concurrent workers, exactly one gets true.
#[boxed]
pub async fn take(tx: &WriteTx, notice: &LogoutNotification) -> Result<bool> {
    Entity::delete_many()
        .filter(Column::SessionId.eq(notice.session_id.as_uuid()))
        .filter(Column::ClientId.eq(notice.client_id.as_str()))
        .change_one(tx)
        .await
}

/// Deletes up to `limit` notifications, so that their clients get none. Returns their number.
#[boxed]
pub async fn drop_some(tx: &WriteTx, limit: u64) -> Result<u64> {
    purge_some::<Entity>(tx, Condition::all(), Column::SessionId, limit).await
}
