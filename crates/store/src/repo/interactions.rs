//! Sign-ins and consents in progress.

use doorward_domain::model::{Interaction, InteractionId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::{ChangeRows as _, count_up_to, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::interactions::{ActiveModel, Column, Entity};
use crate::error::StoreError;

pub async fn find(conn: &Conn, id: &InteractionId) -> Result<Option<Interaction>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(Interaction::try_from).transpose()
}

pub async fn insert(tx: &WriteTx, interaction: &Interaction) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(interaction)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Updates an interaction. Returns false if it was completed meanwhile.
pub async fn update(tx: &WriteTx, interaction: &Interaction) -> Result<bool, StoreError> {
    Entity::update_many()
        .set(ActiveModel::try_from(interaction)?)
        .filter(Column::Id.eq(interaction.id.as_str()))
        .filter(Column::CompletedAt.is_null())
        .change_one(tx)
        .await
}

/// Marks the interaction as completed: of concurrent callers, exactly one gets true.
pub async fn complete(
    tx: &WriteTx,
    id: &InteractionId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::CompletedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::CompletedAt.is_null())
        .change_one(tx)
        .await
}

/// Counts the interactions that have not expired, at most `limit`.
pub async fn count_open(conn: &Conn, limit: u64, now: UnixSeconds) -> Result<u64, StoreError> {
    let open = Entity::find().filter(Column::ExpiresAt.gt(now));
    count_up_to(conn, open, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` interactions that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
