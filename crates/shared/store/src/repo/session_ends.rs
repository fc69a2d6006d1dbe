//! Ends of many sessions. Each statement ends a limited number. All of them enqueue notifications of the
//! clients, as [`sessions::end`](super::sessions::end) does.

use doorward_domain::model::{EndReason, GrantOrigin};

use super::access_changes::{AccessChange, announce};
use super::prelude::*;
use super::trusted_devices;
use crate::entity::grants;
use crate::entity::sessions::{Column, Entity};

/// Maximum number of sessions or grants that one statement ends.
pub const BATCH: u64 = 500;

#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct EndedSessions {
    pub count: u64,
    /// IDs of the first ones, at most [`BATCH`].
    pub first: Vec<SessionId>,
    pub trusted_devices: u64,
}

/// Ends the active sessions of a user except this one, and removes the user's trusted devices
/// ([`trusted_devices`]).
pub async fn end_all_for_user(
    tx: &WriteTx,
    user: UserId,
    except: Option<SessionId>,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<EndedSessions> {
    let mut all = EndedSessions {
        trusted_devices: trusted_devices::remove_all(tx, user).await?,
        ..EndedSessions::default()
    };
    loop {
        let ended = end_oldest_for_user(tx, user, except, reason, now).await?;
        let count = ended.len() as u64;
        all.count += count;
        if all.first.is_empty() {
            all.first = ended;
        }
        if count < BATCH {
            return Ok(all);
        }
    }
}

/// Ends up to [`BATCH`] active sessions of a user except this one, the oldest first, and returns their
/// IDs.
pub async fn end_oldest_for_user(
    tx: &WriteTx,
    user: UserId,
    except: Option<SessionId>,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<Vec<SessionId>> {
    let mut some = unended_of(user);
    some.and_where_option(except.map(|kept| Column::Id.ne(kept.as_uuid())))
        .order_by(Column::Id, Order::Asc)
        .limit(BATCH);
    end_these(tx, some, Expr::value(now), reason).await
}

/// Ends sessions of a user beyond the `keep` newest ones, up to [`BATCH`]. Returns their number.
pub async fn end_surplus(tx: &WriteTx, user: UserId, keep: u64, now: UnixSeconds) -> Result<u64> {
    let mut some = unended_of(user);
    some.order_by(Column::Id, Order::Desc)
        .offset(keep)
        .limit(BATCH);
    let reason = EndReason::TooMany;
    let ended = end_these(tx, some, Expr::value(now), reason).await?;
    Ok(ended.len() as u64)
}

/// Ends the sessions in which a user signed in within this client.
pub async fn end_within_client(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<()> {
    let grant = |column: &'static str| Expr::col(("grants", column));
    let own = Query::select()
        .column(("grants", "session_id"))
        .from("grants")
        .and_where(grant("user_id").eq(user.as_uuid()))
        .and_where(grant("revoked_at").is_null())
        .and_where(grant("client_id").eq(client.as_str()))
        .and_where(grant("origin").eq(GrantOrigin::AccountApi.as_str()))
        .take();
    loop {
        let mut some = unended_of(user);
        some.and_where(Column::Id.in_subquery(own.clone()))
            .limit(BATCH);
        let ended = end_these(tx, some, Expr::value(now), reason).await?;
        if (ended.len() as u64) < BATCH {
            return Ok(());
        }
    }
}

/// Selects the IDs of the sessions of a user that were not ended, by their index.
fn unended_of(user: UserId) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::UserId.eq(user.as_uuid()))
        .and_where(Column::EndedAt.is_null())
        .take()
}

/// Ends those of these sessions that have not ended, and returns their IDs.
pub async fn end_many(
    tx: &WriteTx,
    ids: &[SessionId],
    reason: EndReason,
    now: UnixSeconds,
) -> Result<Vec<SessionId>> {
    let mut ended = Vec::new();
    for part in parts(ids.iter().map(SessionId::as_uuid)) {
        let some = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(part.contains(Expr::col(Column::Id)))
            .take();
        ended.extend(end_these(tx, some, Expr::value(now), reason).await?);
    }
    Ok(ended)
}

/// Ends the sessions among these that have not ended, enqueues notifications, and returns their IDs.
async fn end_these(
    tx: &WriteTx,
    ids: SelectStatement,
    at: Expr,
    reason: EndReason,
) -> Result<Vec<SessionId>> {
    let rows = Entity::update_many()
        .col_expr(Column::EndedAt, at)
        .value(Column::EndReason, reason.as_str())
        .filter(Column::Id.in_subquery(ids))
        .filter(Column::EndedAt.is_null())
        .exec_with_returning(tx.conn())
        .await?;
    let ended: Vec<SessionId> = rows
        .iter()
        .map(|row| SessionId::from_uuid(row.id))
        .collect();
    announce(tx, AccessChange::SessionsEnded(&ended)).await?;
    Ok(ended)
}

/// Ends up to `limit` sessions past their absolute lifetime. Returns their number. Idle sessions do not
/// end: their grants remain ([`Session::holds_grants`]).
pub async fn end_expired(tx: &WriteTx, now: UnixSeconds, limit: u64) -> Result<u64> {
    let at = Expr::col(Column::ExpiresAt);
    let ended = end_these(tx, expired(now, limit), at, EndReason::Expired).await?;
    Ok(ended.len() as u64)
}

/// Selects the IDs of sessions to end by an index without the ended ones, whose rows remain for a day: each
/// portion would read all of them again.
fn expired(now: UnixSeconds, limit: u64) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::EndedAt.is_null())
        .and_where(Column::ExpiresAt.lte(now))
        .order_by(Column::ExpiresAt, Order::Asc)
        .limit(limit)
        .take()
}

/// Returns true if a user has more than [`BATCH`] active sessions or grants, so that ending them takes
/// several transactions.
pub async fn has_many(conn: &Conn, user: UserId) -> Result<bool> {
    let (sessions, grants) = (Entity::find(), grants::Entity::find());
    let sessions = sessions
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null());
    let grants = grants
        .filter(grants::Column::UserId.eq(user.as_uuid()))
        .filter(grants::Column::RevokedAt.is_null());
    let limit = BATCH + 1;
    Ok(
        count_up_to(conn, sessions, Column::Id, limit).await? == limit
            || count_up_to(conn, grants, grants::Column::Id, limit).await? == limit,
    )
}
