//! Registered scopes.

use doorward_domain::boxed;
use doorward_domain::model::ScopeEntry;

use super::prelude::*;
use crate::entity::scopes::{Column, Entity};

/// Returns every registered scope, ordered by name.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<ScopeEntry>> {
    Entity::find().order_by_asc(Column::Name).load(conn).await
}

/// Inserts a scope, or updates description and audience of the one with this name.
#[boxed]
pub async fn upsert(tx: &WriteTx, entry: &ScopeEntry) -> Result<()> {
    upsert_all(tx, std::slice::from_ref(entry)).await
}

/// Inserts scopes like [`upsert`].
#[boxed]
pub async fn upsert_all(tx: &WriteTx, entries: &[ScopeEntry]) -> Result<()> {
    let mut replace = OnConflict::column(Column::Name);
    replace.update_columns([Column::Description, Column::Audience]);
    insert_models(tx, entries, Some(&replace)).await
}

#[boxed]
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool> {
    Entity::delete_by_id(name).change_one(tx).await
}
