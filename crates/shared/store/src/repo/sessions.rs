//! Sessions of browsers.

use doorward_domain::boxed;
use doorward_domain::model::{Authentication, Consent, EffectiveRoles, EndReason, Session};
use sea_orm::Value;

use super::access_changes::{AccessChange, announce};
use super::prelude::*;
use super::query::active_organization;
use super::roles::role_column::{self, ANYWHERE, RoleColumns};
use super::statement_text::StatementText;
use super::totp_factors::{self, FactorInventory};
use crate::entity::sessions::{Column, Entity, Model};
use crate::entity::{consents, users};

pub use super::query::insert;
pub use super::session_ends::{
    BATCH, EndedSessions, end_all_for_user, end_expired, end_many, end_oldest_for_user,
    end_surplus, end_within_client, has_many,
};

/// Returns the active session with this cookie and its user in one statement. The caller checks
/// whether the account is disabled.
#[boxed]
pub async fn find_active(
    conn: &Conn,
    token_hash: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<(Session, User)>> {
    let query = by_token(token_hash, now);
    Ok(load_with_user(conn, &query).await?.pop())
}

const OWNER_SINCE: &str = "owner_since";

/// Selects the time of a membership in an active organization that the user owns.
const OWNER: &str = concat!(
    "(SELECT MIN(m.created_at) FROM organization_members m JOIN organizations o ON o.slug = m.org AND ",
    active_organization!(),
    " WHERE m.user_id = users.id AND m.is_owner)"
);

/// An active session with the records that account pages and authorization requests need.
#[derive(Clone, PartialEq, Debug)]
pub struct Present {
    pub session: Session,
    pub user: User,
    pub factors: FactorInventory,
    /// Effective roles in any organization, if requested.
    pub held: Option<EffectiveRoles>,
    /// True for an owner of an active organization, if the roles are requested.
    pub is_owner: bool,
    /// Consent to the given client, active or not.
    pub consent: Option<Consent>,
}

/// Returns the active session, the user's second factors, with `held` all roles at `now`, and the
/// consent to `client`, in one statement.
#[boxed]
pub async fn find_present(
    conn: &Conn,
    token_hash: &TokenHash,
    held: bool,
    client: Option<&ClientId>,
    now: UnixSeconds,
) -> Result<Option<Present>> {
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
            query.expr_as(Expr::cust(OWNER), OWNER_SINCE);
        }
        query
    };
    let mut values = vec![Value::from(now); role_column::TIMES * usize::from(held)];
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
        is_owner: held
            && row
                .try_get::<Option<UnixSeconds>>("", OWNER_SINCE)?
                .is_some(),
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
#[boxed]
pub async fn find_with_user(conn: &Conn, id: SessionId) -> Result<Option<(Session, User)>> {
    let mut query = with_user();
    query.and_where(Expr::col(("sessions", "id")).eq(id.as_uuid()));
    Ok(load_with_user(conn, &query).await?.pop())
}

/// Returns the session with this ID, active or not.
#[boxed]
pub async fn find(conn: &Conn, id: SessionId) -> Result<Option<Session>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns the session with this cookie, active or not.
#[boxed]
pub async fn find_by_token(conn: &Conn, token_hash: &TokenHash) -> Result<Option<Session>> {
    Entity::load_by(conn, Column::TokenHash.eq(to_bytes(token_hash))).await
}

/// The place of a session in the list of a user: its last use and its ID.
pub type Position = (UnixSeconds, SessionId);

/// Returns up to `limit` ended sessions of a user after this position, last used first.
#[boxed]
pub async fn ended_page_for_user(
    conn: &Conn,
    user: UserId,
    after: Option<Position>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<Session>> {
    let ended = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(live(now).not());
    last_used_first(conn, ended, after, limit).await
}

/// Returns up to `limit` active sessions of a user after this position, last used first.
#[boxed]
pub async fn page_for_user(
    conn: &Conn,
    user: UserId,
    after: Option<Position>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<Session>> {
    last_used_first(conn, active_of(user, now), after, limit).await
}

/// Returns the active sessions of a user, last used first, at most [`PAGE_MAX`].
#[boxed]
pub async fn list_for_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Session>> {
    page_for_user(conn, user, None, PAGE_MAX, now).await
}

async fn last_used_first(
    conn: &Conn,
    mut sessions: Select<Entity>,
    after: Option<Position>,
    limit: u64,
) -> Result<Vec<Session>> {
    if let Some((at, id)) = after {
        let same = Column::LastSeenAt.eq(at).and(Column::Id.lt(id.as_uuid()));
        sessions = sessions.filter(Column::LastSeenAt.lt(at).or(same));
    }
    sessions
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

pub(super) fn active_of(user: UserId, now: UnixSeconds) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(live(now))
}

/// Records the use of a session and extends its idle timeout. Returns false if it has ended.
#[boxed]
pub async fn touch(
    tx: &WriteTx,
    id: SessionId,
    last_seen_at: UnixSeconds,
    idle_expires_at: UnixSeconds,
) -> Result<bool> {
    unended(id)
        .value(Column::LastSeenAt, last_seen_at)
        .value(Column::IdleExpiresAt, idle_expires_at)
        .change_one(tx)
        .await
}

/// Begins an update of a session that has not ended.
fn unended(id: SessionId) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
}

fn set_authentication(
    update: UpdateMany<Entity>,
    authentication: &Authentication,
) -> Result<UpdateMany<Entity>> {
    Ok(update
        .value(Column::AuthTime, authentication.auth_time)
        .value(Column::Acr, authentication.acr.as_str())
        .value(Column::Amr, to_json(&authentication.amr)?))
}

/// Replaces the cookie and the authentication of a session at step-up. Returns false if the session
/// has ended or its cookie is not `old`.
#[boxed]
pub async fn rotate(
    tx: &WriteTx,
    id: SessionId,
    old: &TokenHash,
    new: &TokenHash,
    authentication: &Authentication,
) -> Result<bool> {
    let update = unended(id)
        .value(Column::TokenHash, to_bytes(new))
        .filter(Column::TokenHash.eq(to_bytes(old)));
    set_authentication(update, authentication)?
        .change_one(tx)
        .await
}

/// Updates the authentication of a session. Returns false if it has ended.
#[boxed]
pub async fn set_proof(
    tx: &WriteTx,
    id: SessionId,
    authentication: &Authentication,
) -> Result<bool> {
    set_authentication(unended(id), authentication)?
        .change_one(tx)
        .await
}

/// Sets whether a session is remembered on its device, and its idle timeout. Returns false if it
/// has ended.
#[boxed]
pub async fn set_remember(
    tx: &WriteTx,
    id: SessionId,
    remember: bool,
    idle_expires_at: UnixSeconds,
) -> Result<bool> {
    unended(id)
        .value(Column::Remember, remember)
        .value(Column::IdleExpiresAt, idle_expires_at)
        .change_one(tx)
        .await
}

/// Ends a session early and enqueues notifications of its clients ([`logout_notices`]). Returns
/// false if it had already ended.
#[boxed]
pub async fn end(tx: &WriteTx, id: SessionId, reason: EndReason, now: UnixSeconds) -> Result<bool> {
    let ended = unended(id)
        .value(Column::EndedAt, now)
        .value(Column::EndReason, reason.as_str())
        .change_one(tx)
        .await?;
    if ended {
        announce(tx, AccessChange::SessionsEnded(&[id])).await?;
    }
    Ok(ended)
}

const COUNTED: u64 = 100_000;

/// Returns the IDs of up to `limit` sessions of any users that have neither ended nor expired; idle ones
/// are among them.
#[boxed]
pub async fn list_open(conn: &Conn, limit: u64, now: UnixSeconds) -> Result<Vec<SessionId>> {
    let ids = Entity::find()
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id)
        .limit(limit)
        .load_column(Column::Id, conn)
        .await?;
    Ok(ids.into_iter().map(SessionId::from_uuid).collect())
}

/// Counts the active sessions among the newest 100,000 that have not ended.
#[boxed]
pub async fn count_live(conn: &Conn, now: UnixSeconds) -> Result<u64> {
    let newest = Entity::find()
        .select_only()
        .columns([Column::EndedAt, Column::IdleExpiresAt, Column::ExpiresAt])
        .filter(Column::EndedAt.is_null())
        .order_by_desc(Column::Id)
        .limit(COUNTED)
        .into_query();
    let live = Query::select()
        .expr(Expr::cust("1"))
        .from_subquery(newest, "sessions")
        .cond_where(live(now))
        .take();
    load_count(conn, live).await
}

purge_by!(ExpiresAt);

pub(super) fn live(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::IdleExpiresAt.gt(now))
        .add(Column::ExpiresAt.gt(now))
}

pub(super) fn with_user() -> SelectStatement {
    select_with_users::<Entity>("s_")
}

/// Returns the rows of a statement that begins with [`with_user`].
pub(super) async fn load_with_user(
    conn: &Conn,
    query: &SelectStatement,
) -> Result<Vec<(Session, User)>> {
    load_with_users::<Model, _>(conn, query, "s_").await
}
