//! Mappings of custom claims.

use doorward_domain::model::ClaimMapping;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder};

use super::query::models;
use crate::db::{Conn, WriteTx};
use crate::entity::custom_claims::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Returns all mappings, ordered by identifier. There are few.
pub async fn list_all(conn: &Conn) -> Result<Vec<ClaimMapping>, StoreError> {
    models(Entity::find().order_by_asc(Column::Id).all(conn).await?)
}

/// Inserts a mapping, or replaces the one with this identifier.
pub async fn upsert(tx: &WriteTx, mapping: &ClaimMapping) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Id);
    replace.update_columns([
        Column::Claim,
        Column::ClientId,
        Column::Source,
        Column::Outputs,
        Column::Scope,
        Column::UpdatedAt,
        Column::Path,
    ]);
    Entity::insert(ActiveModel::try_from(mapping)?)
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Deletes a mapping. Returns false if it does not exist.
pub async fn delete(tx: &WriteTx, id: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(deleted.rows_affected == 1)
}
