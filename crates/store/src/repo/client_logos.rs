//! Logos of clients.

use doorward_domain::model::{ClientId, Logo, LogoId};

use super::prelude::*;
use crate::entity::client_logos::{ActiveModel, Column, Entity};

pub async fn find(conn: &Conn, id: &LogoId) -> Result<Option<Logo>> {
    Entity::find_by_id(id.as_str().to_owned())
        .load_one(conn)
        .await
}

/// Stores a logo, replacing the client's former one.
pub async fn replace(tx: &WriteTx, logo: &Logo) -> Result<()> {
    remove(tx, &logo.client_id).await?;
    insert_row(tx, ActiveModel::try_from(logo)?).await
}

pub async fn remove(tx: &WriteTx, client: &ClientId) -> Result<()> {
    Entity::delete_many()
        .filter(Column::ClientId.eq(client.as_str()))
        .run(tx)
        .await
}
