//! Logos of clients.

use doorward_domain::boxed;
use doorward_domain::model::{Logo, LogoId};

use super::prelude::*;
use super::query::insert;
use crate::entity::client_logos::{Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, id: &LogoId) -> Result<Option<Logo>> {
    Entity::find_by_id(id.as_str().to_owned())
        .load_one(conn)
        .await
}

/// Returns the logos with these IDs, in no order.
#[boxed]
pub async fn find_all(conn: &Conn, ids: &[&LogoId]) -> Result<Vec<Logo>> {
    let ids = ids.iter().map(|id| id.as_str());
    let rows = rows_with(conn, Entity::find(), Column::Id, ids).await?;
    rows.into_iter().map(Logo::try_from).collect()
}

/// Stores a logo, replacing the client's former one.
#[boxed]
pub async fn replace(tx: &WriteTx, logo: &Logo) -> Result<()> {
    remove(tx, &logo.client_id).await?;
    insert(tx, logo).await
}

#[boxed]
pub async fn remove(tx: &WriteTx, client: &ClientId) -> Result<()> {
    let of_client = Column::ClientId.eq(client.as_str());
    Entity::delete_by(tx, of_client).await.map(drop)
}
