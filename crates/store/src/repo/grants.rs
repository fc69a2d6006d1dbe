//! What was allowed to clients.

use std::collections::HashSet;

use doorward_domain::model::{
    Authentication, ClientId, Grant, GrantId, RevokeReason, Session, SessionId, User, UserId,
};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, UpdateMany};

use super::{joined, joined_optional, models, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::grants::{ActiveModel, Column, Entity, Model};
use crate::entity::{Place, select_all, sessions, to_json, users};
use crate::error::StoreError;

/// A grant with all that its life depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantContext {
    /// What was allowed.
    pub grant: Grant,
    /// Whose it is; none where the account is gone.
    pub user: Option<User>,
    /// The session it began in; none where the row is gone.
    pub session: Option<Session>,
    /// Whether the person still belongs to the grant's organization; true where it has none.
    pub is_member: bool,
}

/// The grant with this id.
pub async fn find<C: Conn>(conn: &C, id: GrantId) -> Result<Option<Grant>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    row.map(Grant::try_from).transpose()
}

/// The grant with this id, its person and its session, in one statement.
pub async fn find_with_user_session<C: Conn>(
    conn: &C,
    id: GrantId,
) -> Result<Option<GrantContext>, StoreError> {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "grants", "g_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    select_all::<sessions::Entity>(&mut query, "sessions", "s_");
    select_membership(&mut query);
    query
        .from("grants")
        .left_join(
            "users",
            Expr::col(("users", "id")).equals(("grants", "user_id")),
        )
        .left_join(
            "sessions",
            Expr::col(("sessions", "id")).equals(("grants", "session_id")),
        )
        .and_where(Expr::col(("grants", "id")).eq(id.as_uuid()));
    join_membership(&mut query);
    let Some(row) = conn.query_one(&query).await? else {
        return Ok(None);
    };
    Ok(Some(GrantContext {
        grant: joined::<Model, _>(&row, "g_")?,
        user: joined_optional::<users::Model, _>(&row, "u_")?,
        session: joined_optional::<sessions::Model, _>(&row, "s_")?,
        is_member: is_member(&row)?,
    }))
}

/// The grants of a person that are neither revoked nor over, the newest first.
pub async fn list_for_user<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<Vec<Grant>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await?;
    models(rows)
}

/// The grants of a person from which tokens may still come, the newest first: neither revoked nor
/// over, and their session has not ended or they outlive it (OIDC Core §11).
pub async fn list_in_use<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<Vec<Grant>, StoreError> {
    let mut grants = list_for_user(conn, user, now).await?;
    if grants.iter().all(Grant::is_offline) {
        return Ok(grants);
    }
    let sessions = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.as_uuid()))
        .filter(sessions::Column::EndedAt.is_null())
        .all(conn)
        .await?;
    let holding: HashSet<SessionId> = models::<_, Session>(sessions)?
        .into_iter()
        .filter(|session| session.holds_grants(now))
        .map(|session| session.id)
        .collect();
    grants.retain(|grant| grant.is_offline() || holding.contains(&grant.session_id));
    Ok(grants)
}

/// When each client last got tokens in the name of a person: at its last grant or refresh that is
/// still remembered.
pub async fn last_uses<C: Conn>(
    conn: &C,
    user: UserId,
) -> Result<Vec<(ClientId, UnixSeconds)>, StoreError> {
    let at = Func::coalesce([
        Expr::col(("refresh_tokens", "created_at")),
        Expr::col(("grants", "created_at")),
    ]);
    let mut query = Query::select();
    query
        .expr_as(Expr::col(("grants", "client_id")), Alias::new("client"))
        .expr_as(Func::max(at), Alias::new("last"))
        .from("grants")
        .left_join(
            "refresh_tokens",
            Expr::col(("refresh_tokens", "grant_id")).equals(("grants", "id")),
        )
        .and_where(Expr::col(("grants", "user_id")).eq(user.as_uuid()))
        .group_by_col(("grants", "client_id"));
    let rows = conn.query_all(&query).await?;
    let read = |row: QueryResult| -> Result<(ClientId, UnixSeconds), StoreError> {
        let client: String = row.try_get("", "client")?;
        let place = Place::new("grants", &client);
        let client = place.read("client_id", ClientId::parse(&client))?;
        Ok((client, row.try_get("", "last")?))
    };
    rows.into_iter().map(read).collect()
}

/// Stores a new grant.
///
/// # Errors
/// [`StoreError::MissingReference`] when its person or client is gone.
pub async fn insert(tx: &WriteTx, grant: &Grant) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(grant)?)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Notes what the person has proved since to the app of a grant; false for one that is over.
pub async fn set_proof(
    tx: &WriteTx,
    id: GrantId,
    authentication: &Authentication,
) -> Result<bool, StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::AuthTime, Expr::value(authentication.auth_time))
        .col_expr(Column::Acr, Expr::value(authentication.acr.as_str()))
        .col_expr(Column::Amr, Expr::value(to_json(&authentication.amr)?))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Revokes a grant, and with it its code, its refresh family and its access tokens; false when it
/// was revoked already. The first reason stays.
pub async fn revoke(
    tx: &WriteTx,
    id: GrantId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let update = revocation(reason, now).filter(Column::Id.eq(id.as_uuid()));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Revokes every grant that began in this session; says how many.
pub async fn revoke_for_session(
    tx: &WriteTx,
    session: SessionId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let update = revocation(reason, now).filter(Column::SessionId.eq(session.as_uuid()));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Revokes the grants of this session, except those with `offline_access`, which go on when the
/// person has signed out (OIDC Core §11); says how many.
pub async fn revoke_online_for_session(
    tx: &WriteTx,
    session: SessionId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let update = revocation(reason, now)
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(Expr::cust(
            r"(' ' || scope || ' ') NOT LIKE '% offline\_access %' ESCAPE '\'",
        ));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Revokes every grant of a person; says how many.
pub async fn revoke_for_user(
    tx: &WriteTx,
    user: UserId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let update = revocation(reason, now).filter(Column::UserId.eq(user.as_uuid()));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Revokes every grant of a person but this one; says how many.
pub async fn revoke_others_for_user(
    tx: &WriteTx,
    user: UserId,
    kept: Option<GrantId>,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let mut update = revocation(reason, now).filter(Column::UserId.eq(user.as_uuid()));
    if let Some(kept) = kept {
        update = update.filter(Column::Id.ne(kept.as_uuid()));
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// Revokes every grant of a person to this client; says how many.
pub async fn revoke_for_user_and_client(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let update = revocation(reason, now)
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ClientId.eq(client.as_str()));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Revokes every grant to a client; says how many.
pub async fn revoke_for_client(
    tx: &WriteTx,
    client: &ClientId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let update = revocation(reason, now).filter(Column::ClientId.eq(client.as_str()));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Removes the grants that ended before `before`, with their codes and refresh tokens; says how
/// many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}

/// Selects what [`is_member`] reads.
pub(super) fn select_membership(query: &mut SelectStatement) {
    query
        .expr_as(Expr::col(("grants", "org")), Alias::new("member_of"))
        .expr_as(Expr::col(("o", "active")), Alias::new("member_active"))
        .expr_as(Expr::col(("m", "is_owner")), Alias::new("member_owner"));
}

/// Joins the organization of the grant and the membership of its person.
pub(super) fn join_membership(query: &mut SelectStatement) {
    query
        .join_as(
            JoinType::LeftJoin,
            "organizations",
            "o",
            Expr::col(("o", "slug")).equals(("grants", "org")),
        )
        .join_as(
            JoinType::LeftJoin,
            "organization_members",
            "m",
            Expr::col(("m", "org"))
                .equals(("grants", "org"))
                .and(Expr::col(("m", "user_id")).equals(("grants", "user_id"))),
        );
}

/// Whether the grant has no organization, or its person belongs to it and it is active.
pub(super) fn is_member(row: &QueryResult) -> Result<bool, StoreError> {
    let org: Option<String> = row.try_get("", "member_of")?;
    let active: Option<bool> = row.try_get("", "member_active")?;
    let member: Option<bool> = row.try_get("", "member_owner")?;
    Ok(org.is_none() || (active == Some(true) && member.is_some()))
}

fn revocation(reason: RevokeReason, now: UnixSeconds) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokeReason, Expr::value(reason.as_str()))
        .filter(Column::RevokedAt.is_null())
}
