//! Sessions of browsers.

use doorward_domain::model::{
    Authentication, ClientId, Consent, EffectiveRoles, EndReason, Session, SessionId, User, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait as _, Select, Value,
};

use super::logout_notifications;
use super::query::{
    ChangeRows as _, PAGE_MAX, is_kept, joined, joined_optional, models, purge_older,
};
use super::roles::role_column::{self, ANYWHERE, RoleColumns};
use super::statement_text::StatementText;
use super::totp_factors::{self, FactorInventory};
use crate::db::{Conn, WriteTx};
use crate::entity::row::select_all;
use crate::entity::sessions::{ActiveModel, Column, Entity, Model};
use crate::entity::stored::{to_bytes, to_json};
use crate::entity::{consents, users};
use crate::error::StoreError;

pub use super::session_ends::{
    BATCH, EndedSessions, end_all_for_user, end_expired, end_many, end_oldest_for_user,
    end_surplus, end_within_client, has_many,
};

/// Returns the active session with this cookie and its user in one statement. The caller checks
/// whether the account is disabled.
pub async fn find_active(
    conn: &Conn,
    token_hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<(Session, User)>, StoreError> {
    load_with_user(conn, &by_token(token_hash, now)).await
}

/// An active session with the records that account pages and authorization requests need.
#[derive(Clone, PartialEq, Debug)]
pub struct Present {
    pub session: Session,
    pub user: User,
    /// Second factors of the user.
    pub factors: FactorInventory,
    /// Effective roles in any organization, if requested.
    pub held: Option<EffectiveRoles>,
    /// Consent to the given client, active or not.
    pub consent: Option<Consent>,
}

/// Returns the active session, the user's second factors, with `held` all roles at `now`, and the
/// consent to `client`, in one statement.
pub async fn find_present(
    conn: &Conn,
    token_hash: &TokenHash,
    held: bool,
    client: Option<&ClientId>,
    now: UnixSeconds,
) -> Result<Option<Present>, StoreError> {
    static TEXTS: [StatementText; 4] = [const { StatementText::new() }; 4];
    let backend = conn.get_database_backend();
    let select = || {
        let mut query = by_token(token_hash, now);
        totp_factors::select_inventory(&mut query);
        if let Some(client) = client {
            select_all::<consents::Entity>(&mut query, "consents", "c_");
            query.join(
                JoinType::LeftJoin,
                "consents",
                Expr::col(("consents", "user_id"))
                    .equals(("users", "id"))
                    .and(Expr::col(("consents", "client_id")).eq(client.as_str())),
            );
        }
        if held {
            let whose = RoleColumns::anywhere("users.id");
            role_column::select(&mut query, backend, (ANYWHERE, whose), now);
        }
        query
    };
    let mut values = vec![Value::from(now); usize::from(held)];
    values.extend(client.map(|client| client.as_str().into()));
    values.extend([to_bytes(token_hash).into(), now.into(), now.into()]);
    let text = &TEXTS[usize::from(held) + 2 * usize::from(client.is_some())];
    let statement = text.statement(backend, values, select);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Present {
        session: joined::<Model, _>(&row, "s_")?,
        user: joined::<users::Model, _>(&row, "u_")?,
        factors: totp_factors::read_inventory(&row)?,
        held: held
            .then(|| role_column::read(&row, ANYWHERE))
            .transpose()?,
        consent: match client {
            Some(_) => joined_optional::<consents::Model, _>(&row, "c_")?,
            None => None,
        },
    }))
}

fn by_token(token_hash: &TokenHash, now: UnixSeconds) -> SelectStatement {
    let mut query = with_user();
    query
        .and_where(Expr::col(("sessions", "token_hash")).eq(to_bytes(token_hash)))
        .cond_where(live(now));
    query
}

/// Returns the session with this ID, active or not, and its user in one statement.
pub async fn find_with_user(
    conn: &Conn,
    id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    let mut query = with_user();
    query.and_where(Expr::col(("sessions", "id")).eq(id.as_uuid()));
    load_with_user(conn, &query).await
}

/// Returns the session with this ID, active or not.
pub async fn find(conn: &Conn, id: SessionId) -> Result<Option<Session>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    row.map(Session::try_from).transpose()
}

/// Returns the session with this cookie, active or not.
pub async fn find_by_token(
    conn: &Conn,
    token_hash: &TokenHash,
) -> Result<Option<Session>, StoreError> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(to_bytes(token_hash)))
        .one(conn)
        .await?;
    row.map(Session::try_from).transpose()
}

/// The place of a session in the list of a user: its last use and its ID.
pub type Position = (UnixSeconds, SessionId);

/// Returns up to `limit` ended sessions of a user after this position, last used first.
pub async fn ended_page_for_user(
    conn: &Conn,
    user: UserId,
    after: Option<Position>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<Session>, StoreError> {
    let ended = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(live(now).not());
    last_used_first(conn, ended, after, limit).await
}

/// Returns up to `limit` active sessions of a user after this position, last used first.
pub async fn page_for_user(
    conn: &Conn,
    user: UserId,
    after: Option<Position>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<Session>, StoreError> {
    last_used_first(conn, active_of(user, now), after, limit).await
}

/// Returns the active sessions of a user, last used first, at most [`PAGE_MAX`].
pub async fn list_for_user(
    conn: &Conn,
    user: UserId,
    now: UnixSeconds,
) -> Result<Vec<Session>, StoreError> {
    page_for_user(conn, user, None, PAGE_MAX, now).await
}

async fn last_used_first(
    conn: &Conn,
    mut sessions: Select<Entity>,
    after: Option<Position>,
    limit: u64,
) -> Result<Vec<Session>, StoreError> {
    if let Some((at, id)) = after {
        let same = Column::LastSeenAt.eq(at).and(Column::Id.lt(id.as_uuid()));
        sessions = sessions.filter(Column::LastSeenAt.lt(at).or(same));
    }
    let rows = sessions
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
        .all(conn)
        .await?;
    models(rows)
}

pub(super) fn active_of(user: UserId, now: UnixSeconds) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(live(now))
}

pub async fn insert(tx: &WriteTx, session: &Session) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(session)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Records the use of a session and extends its idle timeout. Returns false if it has ended.
pub async fn touch(
    tx: &WriteTx,
    id: SessionId,
    last_seen_at: UnixSeconds,
    idle_expires_at: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(last_seen_at))
        .col_expr(Column::IdleExpiresAt, Expr::value(idle_expires_at))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Replaces the cookie and the authentication of a session at step-up. Returns false if the session
/// has ended or its cookie is not `old`.
pub async fn rotate(
    tx: &WriteTx,
    id: SessionId,
    old: &TokenHash,
    new: &TokenHash,
    authentication: &Authentication,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::TokenHash, Expr::value(to_bytes(new)))
        .col_expr(Column::AuthTime, Expr::value(authentication.auth_time))
        .col_expr(Column::Acr, Expr::value(authentication.acr.as_str()))
        .col_expr(Column::Amr, Expr::value(to_json(&authentication.amr)?))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::TokenHash.eq(to_bytes(old)))
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Updates the authentication of a session. Returns false if it has ended.
pub async fn set_proof(
    tx: &WriteTx,
    id: SessionId,
    authentication: &Authentication,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::AuthTime, Expr::value(authentication.auth_time))
        .col_expr(Column::Acr, Expr::value(authentication.acr.as_str()))
        .col_expr(Column::Amr, Expr::value(to_json(&authentication.amr)?))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Sets whether a session is remembered on its device, and its idle timeout. Returns false if it
/// has ended.
pub async fn set_remember(
    tx: &WriteTx,
    id: SessionId,
    remember: bool,
    idle_expires_at: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::Remember, Expr::value(remember))
        .col_expr(Column::IdleExpiresAt, Expr::value(idle_expires_at))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Ends a session early and enqueues notifications of its clients ([`logout_notices`]). Returns
/// false if it had already ended.
pub async fn end(
    tx: &WriteTx,
    id: SessionId,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .col_expr(Column::EndReason, Expr::value(reason.as_str()))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    let ended = result.rows_affected == 1;
    if ended {
        logout_notifications::enqueue(tx, &[id]).await?;
    }
    Ok(ended)
}

/// Maximum number of sessions that [`count_live`] reads.
const COUNTED: u64 = 100_000;

/// Returns the IDs of up to `limit` sessions of any users that have neither ended nor expired; idle ones
/// are among them.
pub async fn list_open(
    conn: &Conn,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<SessionId>, StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids.into_iter().map(SessionId::from_uuid).collect())
}

/// Counts the active sessions among the newest 100,000 that have not ended.
pub async fn count_live(conn: &Conn, now: UnixSeconds) -> Result<u64, StoreError> {
    let newest = Entity::find()
        .select_only()
        .columns([Column::EndedAt, Column::IdleExpiresAt, Column::ExpiresAt])
        .filter(Column::EndedAt.is_null())
        .order_by_desc(Column::Id)
        .limit(COUNTED)
        .into_query();
    let count = Query::select()
        .expr_as(Expr::col(Asterisk).count(), Alias::new("found"))
        .from_subquery(newest, "sessions")
        .cond_where(live(now))
        .take();
    let Some(row) = conn.query_one(&count).await? else {
        return Ok(0);
    };
    let found: i64 = row.try_get("", "found")?;
    Ok(found.unsigned_abs())
}

/// Deletes up to `limit` sessions whose absolute lifetime ended before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}

pub(super) fn live(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::IdleExpiresAt.gt(now))
        .add(Column::ExpiresAt.gt(now))
}

pub(super) fn with_user() -> SelectStatement {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "sessions", "s_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    query.from("sessions").inner_join(
        "users",
        Expr::col(("users", "id"))
            .equals(("sessions", "user_id"))
            .and(is_kept("users")),
    );
    query
}

async fn load_with_user(
    conn: &Conn,
    query: &SelectStatement,
) -> Result<Option<(Session, User)>, StoreError> {
    let Some(row) = conn.query_one(query).await? else {
        return Ok(None);
    };
    let session = joined::<Model, _>(&row, "s_")?;
    let user = joined::<users::Model, _>(&row, "u_")?;
    Ok(Some((session, user)))
}
