//! Providers that people sign in with. They are read at each use: one that was switched off is dead at
//! once, at every replica (FE-4).

use doorward_domain::model::{Provider, ProviderId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use super::query::models;
use crate::db::{Conn, WriteTx};
use crate::entity::providers::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// The one with this name, switched on or not.
pub async fn find<C: Conn>(conn: &C, id: &ProviderId) -> Result<Option<Provider>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(Provider::try_from).transpose()
}

/// All of them, by name. There are few.
pub async fn list<C: Conn>(conn: &C) -> Result<Vec<Provider>, StoreError> {
    let query = Entity::find().order_by_asc(Column::Id);
    models(query.all(conn).await?)
}

/// Those that are switched on, by name.
pub async fn list_active<C: Conn>(conn: &C) -> Result<Vec<Provider>, StoreError> {
    models(active().order_by_asc(Column::Id).all(conn).await?)
}

/// Those that are switched on.
pub(super) fn active() -> Select<Entity> {
    Entity::find().filter(Column::DisabledAt.is_null())
}

/// Stores a new one.
///
/// # Errors
/// [`StoreError::Conflict`] where the name or the issuer is there already.
pub async fn insert(tx: &WriteTx, provider: &Provider) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(provider)?)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Stores all that can change of one; false where there is none of this name.
///
/// # Errors
/// [`StoreError::Conflict`] where another one has the issuer.
pub async fn update(tx: &WriteTx, provider: &Provider) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .set(ActiveModel::try_from(provider)?)
        .filter(Column::Id.eq(provider.id.as_str()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Removes one; false where there is none. What people have linked stays, and opens nothing.
pub async fn delete(tx: &WriteTx, id: &ProviderId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(id.as_str()).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}
