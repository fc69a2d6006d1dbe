//! Pushed authorization requests, which are single-use.

use doorward_domain::model::{InteractionId, PushedRequest};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::{ChangeRows as _, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::pushed_requests::{ActiveModel, Column, Entity};
use crate::entity::row::to_bytes;
use crate::error::StoreError;

/// Returns the pushed request with this hash, whether active, used or expired.
pub async fn find<C: Conn>(
    conn: &C,
    hash: &TokenHash,
) -> Result<Option<PushedRequest>, StoreError> {
    let row = Entity::find_by_id(to_bytes(hash)).one(conn).await?;
    row.map(PushedRequest::try_from).transpose()
}

/// Inserts a pushed request.
pub async fn insert(tx: &WriteTx, pushed: &PushedRequest) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(pushed)?)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Consumes a pushed request for an interaction: of concurrent callers on all replicas, exactly one
/// gets true.
pub async fn claim(
    tx: &WriteTx,
    hash: &TokenHash,
    interaction: &InteractionId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::InteractionId, Expr::value(interaction.as_str()))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::InteractionId.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Deletes the pushed requests that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
