//! Mappings of custom claims.

use doorward_domain::boxed;
use doorward_domain::model::ClaimMapping;

use super::prelude::*;
use crate::entity::custom_claims::{ActiveModel, Column, Entity};

/// Returns all mappings, ordered by identifier. There are few.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<ClaimMapping>> {
    Entity::find().order_by_asc(Column::Id).load(conn).await
}

/// Inserts a mapping, or replaces the one with this identifier.
#[boxed]
pub async fn upsert(tx: &WriteTx, mapping: &ClaimMapping) -> Result<()> {
    upsert_row(
        tx,
        ActiveModel::try_from(mapping)?,
        [Column::Id],
        [
            Column::Claim,
            Column::ClientId,
            Column::Source,
            Column::Outputs,
            Column::Scope,
            Column::UpdatedAt,
            Column::Path,
        ],
    )
    .await
}

#[boxed]
pub async fn delete(tx: &WriteTx, id: &str) -> Result<bool> {
    Entity::delete_by_id(id).change_one(tx).await
}
