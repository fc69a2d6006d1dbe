//! The registry of resources (RFC 8707).

use doorward_domain::model::Resource;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder};

use crate::db::{Conn, WriteTx};
use crate::entity::resources::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Every registered resource, by identifier.
pub async fn list_all<C: Conn>(conn: &C) -> Result<Vec<Resource>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::Identifier)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Resource::from).collect())
}

/// Registers a resource, or changes the name of the one with this identifier.
pub async fn upsert(tx: &WriteTx, resource: &Resource) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Identifier);
    replace.update_column(Column::Name);
    Entity::insert(ActiveModel::from(resource))
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Removes a resource from the registry; false when there is none.
pub async fn delete(tx: &WriteTx, identifier: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(identifier).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}
