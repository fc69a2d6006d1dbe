//! Sign-ins that wait for the code of a second factor.

use doorward_domain::model::{AttemptId, PendingSignIn, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::purge_older;
use crate::db::{Conn, WriteTx};
use crate::entity::pending_sign_ins::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// The waiting sign-in with this id, over or not.
pub async fn find<C: Conn>(conn: &C, id: &AttemptId) -> Result<Option<PendingSignIn>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(PendingSignIn::try_from).transpose()
}

/// Begins to wait.
pub async fn insert(tx: &WriteTx, pending: &PendingSignIn) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(pending))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Counts a try; none when the sign-in is done, over, or had `most` tries.
pub async fn count_try(
    tx: &WriteTx,
    id: &AttemptId,
    most: u32,
    now: UnixSeconds,
) -> Result<Option<PendingSignIn>, StoreError> {
    let counted = Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::DoneAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Tries.lt(i64::from(most)))
        .exec_with_returning(tx)
        .await?;
    counted
        .into_iter()
        .next()
        .map(PendingSignIn::try_from)
        .transpose()
}

/// Completes the sign-in: of many callers, one gets true.
pub async fn complete(tx: &WriteTx, id: &AttemptId, now: UnixSeconds) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::DoneAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::DoneAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Removes every waiting sign-in of a person; says how many.
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}

/// Removes those that were over before `before`; says how many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
