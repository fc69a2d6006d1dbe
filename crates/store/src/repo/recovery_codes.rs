//! Recovery codes, which are single-use.

use doorward_domain::model::UserId;
use doorward_domain::mutant::Safeguard;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::query::{ChangeRows as _, guarded};
use super::value_list::insert_rows;
use crate::db::{Conn, WriteTx};
use crate::entity::recovery_codes::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Stores new codes for a user and deletes the former ones.
pub async fn replace(
    tx: &WriteTx,
    user: UserId,
    hashes: &[TokenHash],
    now: UnixSeconds,
) -> Result<(), StoreError> {
    remove_all(tx, user).await?;
    let rows = hashes.iter().map(|hash| ActiveModel {
        hash: Set(to_bytes(hash)),
        user_id: Set(user.as_uuid()),
        created_at: Set(now),
        used_at: Set(None),
    });
    insert_rows(tx, rows, None).await
}

/// Consumes a code of this user: of concurrent callers, exactly one gets true.
pub async fn consume(
    tx: &WriteTx,
    user: UserId,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(guarded(
            Safeguard::RecoveryCodeOnce,
            Column::UsedAt.is_null(),
        ))
        .change_one(tx)
        .await
}

pub async fn count_unused(conn: &Conn, user: UserId) -> Result<u64, StoreError> {
    let count = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::UsedAt.is_null())
        .count(conn)
        .await?;
    Ok(count)
}

pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
