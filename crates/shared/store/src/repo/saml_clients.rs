//! Settings of clients that speak SAML.

use doorward_domain::boxed;
use doorward_domain::model::saml_client::SamlClient;

use super::prelude::*;
use crate::entity::saml_clients::{ActiveModel, Column, Entity};

pub use super::query::insert;

#[boxed]
pub async fn find(conn: &Conn, client: &ClientId) -> Result<Option<SamlClient>> {
    Entity::find_by_id(client.as_str()).load_one(conn).await
}

/// Returns the client with this entity ID, enabled or not.
#[boxed]
pub async fn find_by_entity(conn: &Conn, entity_id: &str) -> Result<Option<SamlClient>> {
    Entity::load_by(conn, Column::EntityId.eq(entity_id)).await
}

/// Returns true if a client speaks SAML, enabled or not.
#[boxed]
pub async fn has_any(conn: &Conn) -> Result<bool> {
    let first: Option<SamlClient> = Entity::find().limit(1).load_one(conn).await?;
    Ok(first.is_some())
}

/// Lists the settings of clients after this one in the order of their IDs.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&ClientId>, limit: u64) -> Result<Vec<SamlClient>> {
    Entity::find()
        .page_after(Column::ClientId, after.map(ClientId::as_str), limit)
        .load(conn)
        .await
}

/// Replaces the settings of a client.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another client has the entity ID.
#[boxed]
pub async fn update(tx: &WriteTx, saml: &SamlClient) -> Result<()> {
    let row = ActiveModel::try_from(saml)?;
    upsert_row(
        tx,
        row,
        [Column::ClientId],
        [Column::EntityId, Column::Settings],
    )
    .await
}
