//! Identity providers. They are read at each use, so that disabling one takes effect immediately on
//! every replica.

use doorward_domain::model::{Provider, ProviderId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use super::query::{ChangeRows as _, models};
use crate::db::{Conn, WriteTx};
use crate::entity::providers::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Returns the provider with this name, enabled or not.
pub async fn find(conn: &Conn, id: &ProviderId) -> Result<Option<Provider>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(Provider::try_from).transpose()
}

/// Returns all providers, ordered by name. There are few.
pub async fn list(conn: &Conn) -> Result<Vec<Provider>, StoreError> {
    let query = Entity::find().order_by_asc(Column::Id);
    models(query.all(conn).await?)
}

/// Returns the enabled providers, ordered by name.
pub async fn list_active(conn: &Conn) -> Result<Vec<Provider>, StoreError> {
    models(active().order_by_asc(Column::Id).all(conn).await?)
}

/// Selects the enabled providers.
pub(super) fn active() -> Select<Entity> {
    Entity::find().filter(Column::DisabledAt.is_null())
}

/// Inserts a provider.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if the name or the issuer is in use.
pub async fn insert(tx: &WriteTx, provider: &Provider) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(provider)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Updates a provider. Returns false if the name is unknown.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another provider has the issuer.
pub async fn update(tx: &WriteTx, provider: &Provider) -> Result<bool, StoreError> {
    Entity::update_many()
        .set(ActiveModel::try_from(provider)?)
        .filter(Column::Id.eq(provider.id.as_str()))
        .change_one(tx)
        .await
}

/// Deletes a provider. Returns false if it does not exist. Linked accounts remain, but cannot be
/// used to sign in.
pub async fn delete(tx: &WriteTx, id: &ProviderId) -> Result<bool, StoreError> {
    Entity::delete_by_id(id.as_str()).change_one(tx).await
}
