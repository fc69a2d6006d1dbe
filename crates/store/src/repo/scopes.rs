//! The registry of scopes.

use doorward_domain::model::ScopeEntry;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder};

use crate::db::{Conn, WriteTx};
use crate::entity::scopes::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Every registered scope, by name.
pub async fn list_all<C: Conn>(conn: &C) -> Result<Vec<ScopeEntry>, StoreError> {
    let rows = Entity::find().order_by_asc(Column::Name).all(conn).await?;
    Ok(rows.into_iter().map(ScopeEntry::from).collect())
}

/// Registers a scope, or changes the sentence and audience of the one with this name.
pub async fn upsert(tx: &WriteTx, entry: &ScopeEntry) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Name);
    replace.update_columns([Column::Description, Column::Audience]);
    Entity::insert(ActiveModel::from(entry))
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Removes a scope from the registry; false when there is none.
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(name).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}
