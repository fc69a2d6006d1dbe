//! Authenticator apps. What is counted and what is accepted is decided by single statements, so
//! that parallel tries on any number of replicas cannot pass each other.

use doorward_domain::model::{TotpFactor, UserId};
use doorward_domain::mutant::Safeguard;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryResult};

use super::query::{guarded, joined_optional};
use crate::db::{Conn, WriteTx};
use crate::entity::row::select_all;
use crate::entity::totp_factors::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;

/// The person's app, confirmed or not.
pub async fn find<C: Conn>(conn: &C, user: UserId) -> Result<Option<TotpFactor>, StoreError> {
    let row = Entity::find_by_id(user.as_uuid()).one(conn).await?;
    row.map(TotpFactor::try_from).transpose()
}

/// What a person has of a second factor.
#[derive(Clone, PartialEq, Debug)]
pub struct FactorInventory {
    /// Their app, confirmed or not.
    pub app: Option<TotpFactor>,
    /// How many passkeys they have.
    pub passkeys: i64,
    /// How many recovery codes they have not used.
    pub codes_left: i64,
}

/// What a person has of a second factor, in one statement.
pub async fn standing<C: Conn>(conn: &C, user: UserId) -> Result<FactorInventory, StoreError> {
    let mut query = Query::select();
    query
        .from("users")
        .and_where(Expr::col(("users", "id")).eq(user.as_uuid()));
    select_standing(&mut query);
    match conn.query_one(&query).await? {
        Some(row) => read_standing(&row),
        None => Ok(FactorInventory {
            app: None,
            passkeys: 0,
            codes_left: 0,
        }),
    }
}

/// Adds what [`read_standing`] reads to a statement about `users`.
pub(super) fn select_standing(query: &mut SelectStatement) {
    let own = |table: &'static str| Expr::col((table, "user_id")).equals(("users", "id"));
    let passkeys = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from("passkeys")
        .and_where(own("passkeys"))
        .take();
    let codes = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from("recovery_codes")
        .and_where(own("recovery_codes"))
        .and_where(Expr::col(("recovery_codes", "used_at")).is_null())
        .take();
    select_all::<Entity>(query, "totp_factors", "t_");
    query
        .expr_as(passkeys, Alias::new("passkeys"))
        .expr_as(codes, Alias::new("codes_left"))
        .left_join("totp_factors", own("totp_factors"));
}

/// Reads what was selected by [`select_standing`].
pub(super) fn read_standing(row: &QueryResult) -> Result<FactorInventory, StoreError> {
    Ok(FactorInventory {
        app: joined_optional::<Model, _>(row, "t_")?,
        passkeys: row.try_get("", "passkeys")?,
        codes_left: row.try_get("", "codes_left")?,
    })
}

/// Stores a new secret in place of one that was never confirmed; false when there is a confirmed
/// one, which stays.
pub async fn insert_unconfirmed(tx: &WriteTx, factor: &TotpFactor) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(factor.user_id.as_uuid()))
        .filter(Column::ConfirmedAt.is_null())
        .exec(tx)
        .await?;
    let once = OnConflict::column(Column::UserId).do_nothing().to_owned();
    let inserted = Entity::insert(ActiveModel::from(factor))
        .on_conflict(once)
        .exec_without_returning(tx)
        .await;
    match inserted {
        Ok(rows) => Ok(rows == 1),
        Err(sea_orm::DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Confirms the secret that was made at `created_at` by its first code: of many callers, one gets
/// true.
pub async fn confirm(
    tx: &WriteTx,
    user: UserId,
    created_at: UnixSeconds,
    step: i64,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::value(now))
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::CreatedAt.eq(created_at))
        .filter(Column::ConfirmedAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Counts a try and gives the confirmed factor with the count so far; none when there is no such
/// factor, when it has to wait, or when `most` tries were made. The count comes first, so that
/// nobody gets to look at more codes than are counted; [`accept`] and [`forgive`] set it back.
pub async fn count_try(
    tx: &WriteTx,
    user: UserId,
    most: u32,
    now: UnixSeconds,
) -> Result<Option<TotpFactor>, StoreError> {
    let may_try = Condition::any()
        .add(Column::LockedUntil.is_null())
        .add(Column::LockedUntil.lte(now));
    let counted = Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ConfirmedAt.is_not_null())
        .filter(Column::Failures.lt(i64::from(most)))
        .filter(may_try)
        .exec_with_returning(tx)
        .await?;
    counted
        .into_iter()
        .next()
        .map(TotpFactor::try_from)
        .transpose()
}

/// Uses up a time step: true once for each step, and never for an earlier one (RFC 6238 §5.2).
/// Forgives all failures.
pub async fn accept(tx: &WriteTx, user: UserId, step: i64) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .col_expr(Column::Failures, Expr::value(0_i64))
        .col_expr(Column::LockedUntil, Expr::value(Option::<i64>::None))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(guarded(Safeguard::TotpStepOnce, Column::LastStep.lt(step)))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Looks at no code of this person before `until`.
pub async fn delay(tx: &WriteTx, user: UserId, until: UnixSeconds) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LockedUntil, Expr::value(until))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgives all failures, after a recovery code.
pub async fn forgive(tx: &WriteTx, user: UserId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(0_i64))
        .col_expr(Column::LockedUntil, Expr::value(Option::<i64>::None))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes when the person kept their recovery codes; none where they have new ones.
pub async fn set_codes_saved(
    tx: &WriteTx,
    user: UserId,
    at: Option<UnixSeconds>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::CodesSavedAt, Expr::value(at))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes the factor; false when there was none.
pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(user.as_uuid()).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}
