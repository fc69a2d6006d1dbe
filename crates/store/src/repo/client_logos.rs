//! Logos of clients.

use doorward_domain::model::{ClientId, Logo, LogoId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::{Conn, WriteTx};
use crate::entity::client_logos::{ActiveModel, Column, Entity};
use crate::error::StoreError;

pub async fn find(conn: &Conn, id: &LogoId) -> Result<Option<Logo>, StoreError> {
    let row = Entity::find_by_id(id.as_str().to_owned()).one(conn).await?;
    row.map(Logo::try_from).transpose()
}

/// Stores a logo, replacing the client's former one.
pub async fn replace(tx: &WriteTx, logo: &Logo) -> Result<(), StoreError> {
    remove(tx, &logo.client_id).await?;
    Entity::insert(ActiveModel::try_from(logo)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

pub async fn remove(tx: &WriteTx, client: &ClientId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::ClientId.eq(client.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
