//! Sign-ins and consents in progress.

use doorward_domain::boxed;
use doorward_domain::model::{Interaction, InteractionId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::interactions::{ActiveModel, Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, id: &InteractionId) -> Result<Option<Interaction>> {
    Entity::find_by_id(id.as_str()).load_one(conn).await
}

/// Updates an interaction. Returns false if it was completed meanwhile.
#[boxed]
pub async fn update(tx: &WriteTx, interaction: &Interaction) -> Result<bool> {
    Entity::update_many()
        .set(ActiveModel::try_from(interaction)?)
        .filter(Column::Id.eq(interaction.id.as_str()))
        .filter(Column::CompletedAt.is_null())
        .change_one(tx)
        .await
}

/// Marks the interaction as completed: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn complete(tx: &WriteTx, id: &InteractionId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::CompletedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::CompletedAt.is_null())
        .change_one(tx)
        .await
}

#[boxed]
pub async fn count_open(conn: &Conn, limit: u64, now: UnixSeconds) -> Result<u64> {
    let open = Entity::find().filter(Column::ExpiresAt.gt(now));
    count_up_to(conn, open, Column::ExpiresAt, limit).await
}

purge_by!(ExpiresAt);
