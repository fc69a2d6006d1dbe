//! Identity providers. They are read at each use, so that disabling one takes effect immediately on
//! every replica.

use doorward_domain::boxed;
use doorward_domain::model::{Provider, ProviderId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::providers::{ActiveModel, Column, Entity};

/// Returns the provider with this name, enabled or not.
#[boxed]
pub async fn find(conn: &Conn, id: &ProviderId) -> Result<Option<Provider>> {
    Entity::find_by_id(id.as_str()).load_one(conn).await
}

/// Returns all providers, ordered by name. There are few.
#[boxed]
pub async fn list(conn: &Conn) -> Result<Vec<Provider>> {
    Entity::find().order_by_asc(Column::Id).load(conn).await
}

/// Returns the enabled providers, ordered by name.
#[boxed]
pub async fn list_active(conn: &Conn) -> Result<Vec<Provider>> {
    active().order_by_asc(Column::Id).load(conn).await
}

pub(super) fn active() -> Select<Entity> {
    Entity::find().filter(Column::DisabledAt.is_null())
}

/// Updates a provider. Returns false if the name is unknown, and [`StoreError::Conflict`] if another
/// provider has the issuer.
#[boxed]
pub async fn update(tx: &WriteTx, provider: &Provider) -> Result<bool> {
    Entity::update_many()
        .set(ActiveModel::try_from(provider)?)
        .filter(Column::Id.eq(provider.id.as_str()))
        .change_one(tx)
        .await
}

/// Deletes a provider. Returns false if it does not exist. Linked accounts remain, but cannot be
/// used to sign in.
#[boxed]
pub async fn delete(tx: &WriteTx, id: &ProviderId) -> Result<bool> {
    Entity::delete_by_id(id.as_str()).change_one(tx).await
}
