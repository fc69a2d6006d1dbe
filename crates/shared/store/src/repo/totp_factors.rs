//! Authenticator apps. Single statements count and accept codes, so that concurrent attempts on
//! several replicas cannot bypass the limits.

use doorward_domain::boxed;
use doorward_domain::model::TotpFactor;
use doorward_domain::mutant::Safeguard;

use super::prelude::*;
use crate::entity::totp_factors::{ActiveModel, Column, Entity, Model};

/// Returns the user's authenticator app, confirmed or not.
#[boxed]
pub async fn find(conn: &Conn, user: UserId) -> Result<Option<TotpFactor>> {
    Entity::find_by_id(user.as_uuid()).load_one(conn).await
}

/// Returns the authenticator apps of these users, confirmed or not.
#[boxed]
pub async fn of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<TotpFactor>> {
    let ids = users.iter().map(UserId::as_uuid);
    models(rows_with(conn, Entity::find(), Column::UserId, ids).await?)
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct FactorInventory {
    /// Authenticator app, confirmed or not.
    pub app: Option<TotpFactor>,
    pub passkeys: i64,
    /// Number of unused recovery codes.
    pub codes_left: i64,
}

/// Returns the second factors of a user in one statement.
#[boxed]
pub async fn inventory(conn: &Conn, user: UserId) -> Result<FactorInventory> {
    let mut query = Query::select();
    query
        .from("users")
        .and_where(Expr::col(("users", "id")).eq(user.as_uuid()));
    select_inventory(&mut query);
    let inventory = read_first(conn, &query, read_inventory).await?;
    Ok(inventory.unwrap_or_default())
}

/// Adds the columns of [`read_inventory`] to a statement about `users`.
pub(super) fn select_inventory(query: &mut SelectStatement) {
    let own = |table: &'static str| Expr::col((table, "user_id")).equals(("users", "id"));
    let count = |table: &'static str| {
        Query::select()
            .expr(Expr::col(Asterisk).count())
            .from(table)
            .and_where(own(table))
            .take()
    };
    let passkeys = count("passkeys");
    let codes = count("recovery_codes")
        .and_where(Expr::col(("recovery_codes", "used_at")).is_null())
        .take();
    select_all::<Entity>(query, "totp_factors", "t_");
    query
        .expr_as(passkeys, "passkeys")
        .expr_as(codes, "codes_left")
        .left_join("totp_factors", own("totp_factors"));
}

/// Reads the columns of [`select_inventory`].
pub(super) fn read_inventory(row: &QueryResult) -> Result<FactorInventory> {
    Ok(FactorInventory {
        app: joined_optional::<Model, _>(row, "t_")?,
        passkeys: row.try_get("", "passkeys")?,
        codes_left: row.try_get("", "codes_left")?,
    })
}

/// Stores a new secret, replacing an unconfirmed one. Returns false if there is a confirmed one,
/// which does not change.
#[boxed]
pub async fn insert_unconfirmed(tx: &WriteTx, factor: &TotpFactor) -> Result<bool> {
    let own = Column::UserId.eq(factor.user_id.as_uuid());
    Entity::delete_by(tx, own.and(Column::ConfirmedAt.is_null())).await?;
    insert_new(tx, ActiveModel::try_from(factor)?, [Column::UserId]).await
}

/// Confirms the secret created at `created_at` after its first code: of concurrent callers, exactly
/// one gets true.
#[boxed]
pub async fn confirm(
    tx: &WriteTx,
    user: UserId,
    created_at: UnixSeconds,
    step: i64,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::ConfirmedAt, now)
        .value(Column::LastStep, step)
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::CreatedAt.eq(created_at))
        .filter(Column::ConfirmedAt.is_null())
        .change_one(tx)
        .await
}

/// Counts an attempt and returns the confirmed factor with the new count. Returns `None` if there
/// is no such factor, if it is locked, or after `max` attempts. Counting comes first, so that no
/// caller can check more codes than are counted; [`accept`] and [`forgive`] reset the count.
#[boxed]
pub async fn record_attempt(
    tx: &WriteTx,
    user: UserId,
    max: u32,
    now: UnixSeconds,
) -> Result<Option<TotpFactor>> {
    let may_try = Condition::any()
        .add(Column::LockedUntil.is_null())
        .add(Column::LockedUntil.lte(now));
    Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ConfirmedAt.is_not_null())
        .filter(Column::Failures.lt(i64::from(max)))
        .filter(may_try)
        .change_first(tx)
        .await
}

/// Consumes a time step: returns true once for each step, and never for an earlier one (RFC 6238
/// §5.2). Clears all failures.
#[boxed]
pub async fn accept(tx: &WriteTx, user: UserId, step: i64) -> Result<bool> {
    without_failures(user)
        .value(Column::LastStep, step)
        .filter(guarded(Safeguard::TotpStepOnce, Column::LastStep.lt(step)))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn delay(tx: &WriteTx, user: UserId, until: UnixSeconds) -> Result<()> {
    Entity::update_many()
        .value(Column::LockedUntil, until)
        .filter(Column::UserId.eq(user.as_uuid()))
        .run(tx)
        .await
}

/// Clears all failures, after a recovery code was accepted.
#[boxed]
pub async fn forgive(tx: &WriteTx, user: UserId) -> Result<()> {
    without_failures(user).run(tx).await
}

fn without_failures(user: UserId) -> UpdateMany<Entity> {
    Entity::update_many()
        .value(Column::Failures, 0_i64)
        .value(Column::LockedUntil, Option::<i64>::None)
        .filter(Column::UserId.eq(user.as_uuid()))
}

/// Records when the user saved the recovery codes; `None` after new ones were created.
#[boxed]
pub async fn set_codes_saved(tx: &WriteTx, user: UserId, at: Option<UnixSeconds>) -> Result<()> {
    Entity::update_many()
        .value(Column::CodesSavedAt, at)
        .filter(Column::UserId.eq(user.as_uuid()))
        .run(tx)
        .await
}

#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId) -> Result<bool> {
    Entity::delete_by_id(user.as_uuid()).change_one(tx).await
}
