//! Refresh tokens, which are single-use; each has one successor.

use doorward_domain::model::{EffectiveRoles, RefreshContext, RefreshToken};
use doorward_domain::mutant::Safeguard;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryResult};

use super::grants::{is_member, join_membership, select_membership};
use super::query::{ChangeRows as _, guarded, joined, joined_optional, purge_older};
use super::roles::role_column::{self, ANYWHERE, ROLES, RoleColumns};
use crate::db::{Conn, WriteTx};
use crate::entity::refresh_tokens::{ActiveModel, Column, Entity, Model};
use crate::entity::row::{select_all, to_bytes};
use crate::entity::{grants, sessions, users};
use crate::error::StoreError;

/// Returns the token with this hash and all records that its check needs, in one statement.
pub async fn find_with_grant<C: Conn>(
    conn: &C,
    hash: &TokenHash,
) -> Result<Option<RefreshContext>, StoreError> {
    let row = conn.query_one(&with_grant(hash)).await?;
    row.as_ref().map(context).transpose()
}

/// The roles of the user of a refresh token.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshTokenRoles {
    /// Roles within the organization of the grant.
    pub there: EffectiveRoles,
    /// Roles in any organization, if requested.
    pub anywhere: Option<EffectiveRoles>,
}

/// Returns the token and the user's roles at `now`, also in one statement: those within the grant's
/// organization, and with `anywhere` those in any organization.
pub async fn find_with_roles<C: Conn>(
    conn: &C,
    hash: &TokenHash,
    anywhere: bool,
    now: UnixSeconds,
) -> Result<Option<(RefreshContext, RefreshTokenRoles)>, StoreError> {
    let user = "grants.user_id";
    let there = RoleColumns {
        user,
        place: role_column::Counts::AlsoIn("grants.org"),
        prepared: false,
    };
    let backend = conn.get_database_backend();
    let mut query = with_grant(hash);
    role_column::select(&mut query, backend, (ROLES, there), now);
    if anywhere {
        let anywhere = RoleColumns::anywhere(user);
        role_column::select(&mut query, backend, (ANYWHERE, anywhere), now);
    }
    let Some(row) = conn.query_one(&query).await? else {
        return Ok(None);
    };
    let anywhere = anywhere
        .then(|| role_column::read(&row, ANYWHERE))
        .transpose()?;
    let there = role_column::read(&row, ROLES)?;
    Ok(Some((
        context(&row)?,
        RefreshTokenRoles { there, anywhere },
    )))
}

fn with_grant(hash: &TokenHash) -> SelectStatement {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "refresh_tokens", "t_");
    select_all::<grants::Entity>(&mut query, "grants", "g_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    select_all::<sessions::Entity>(&mut query, "sessions", "s_");
    select_membership(&mut query);
    query
        .expr_as(
            Expr::col(("successor", "used_at")),
            Alias::new("successor_used_at"),
        )
        .from("refresh_tokens")
        .inner_join(
            "grants",
            Expr::col(("grants", "id")).equals(("refresh_tokens", "grant_id")),
        )
        .left_join(
            "users",
            Expr::col(("users", "id")).equals(("grants", "user_id")),
        )
        .left_join(
            "sessions",
            Expr::col(("sessions", "id")).equals(("grants", "session_id")),
        )
        .join_as(
            JoinType::LeftJoin,
            "refresh_tokens",
            "successor",
            Expr::col(("successor", "hash")).equals(("refresh_tokens", "successor_hash")),
        )
        .and_where(Expr::col(("refresh_tokens", "hash")).eq(to_bytes(hash)));
    join_membership(&mut query);
    query
}

fn context(row: &QueryResult) -> Result<RefreshContext, StoreError> {
    Ok(RefreshContext {
        token: joined::<Model, _>(row, "t_")?,
        successor_used_at: row.try_get("", "successor_used_at")?,
        grant: joined::<grants::Model, _>(row, "g_")?,
        user: joined_optional::<users::Model, _>(row, "u_")?,
        session: joined_optional::<sessions::Model, _>(row, "s_")?,
        is_member: is_member(row)?,
    })
}

/// Inserts a token.
pub async fn insert(tx: &WriteTx, token: &RefreshToken) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(token))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Consumes a token and records its successor: of concurrent callers on all replicas, exactly one
/// gets true. It becomes final with the transaction, which must also insert the successor.
pub async fn consume(
    tx: &WriteTx,
    hash: &TokenHash,
    successor_hash: &TokenHash,
    successor_sealed: &[u8],
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .col_expr(Column::SuccessorHash, Expr::value(to_bytes(successor_hash)))
        .col_expr(
            Column::SuccessorSealed,
            Expr::value(successor_sealed.to_vec()),
        )
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(guarded(
            Safeguard::RefreshSpentOnce,
            Column::UsedAt.is_null(),
        ))
        .change_one(tx)
        .await
}

/// Sets the expiry of an unused token that is not rotated. Returns false if it was consumed.
pub async fn extend(
    tx: &WriteTx,
    hash: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsedAt.is_null())
        .change_one(tx)
        .await
}

/// Deletes the tokens that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
