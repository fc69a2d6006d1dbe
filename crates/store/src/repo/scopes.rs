//! Registered scopes.

use doorward_domain::model::ScopeEntry;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QueryOrder};

use super::query::{ChangeRows as _, models};
use super::value_list::insert_models;
use crate::db::{Conn, WriteTx};
use crate::entity::scopes::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Returns every registered scope, ordered by name.
pub async fn list_all(conn: &Conn) -> Result<Vec<ScopeEntry>, StoreError> {
    models(Entity::find().order_by_asc(Column::Name).all(conn).await?)
}

/// Inserts a scope, or updates description and audience of the one with this name.
pub async fn upsert(tx: &WriteTx, entry: &ScopeEntry) -> Result<(), StoreError> {
    upsert_all(tx, std::slice::from_ref(entry)).await
}

/// Inserts scopes like [`upsert`].
pub async fn upsert_all(tx: &WriteTx, entries: &[ScopeEntry]) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Name);
    replace.update_columns([Column::Description, Column::Audience]);
    insert_models::<ActiveModel, _>(tx, entries, Some(&replace)).await
}

/// Deletes a scope. Returns false if it does not exist.
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool, StoreError> {
    Entity::delete_by_id(name).change_one(tx).await
}
