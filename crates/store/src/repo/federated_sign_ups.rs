//! Pending federated sign-ups.

use doorward_domain::model::FederatedSignUp;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::query::{ChangeRows as _, purge_older};
use crate::db::{Conn, WriteTx};
use crate::entity::newcomers::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the unexpired sign-up of this browser.
pub async fn find(
    conn: &Conn,
    browser: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<FederatedSignUp>, StoreError> {
    let row = of_browser(browser, now).one(conn).await?;
    row.map(FederatedSignUp::try_from).transpose()
}

/// Selects the unexpired sign-up of this browser.
pub(super) fn of_browser(browser: &TokenHash, now: UnixSeconds) -> Select<Entity> {
    Entity::find_by_id(to_bytes(browser)).filter(Column::ExpiresAt.gt(now))
}

/// Stores a sign-up, replacing the browser's former one.
pub async fn put(tx: &WriteTx, item: &FederatedSignUp) -> Result<(), StoreError> {
    Entity::delete_by_id(to_bytes(&item.browser_hash))
        .exec(tx.conn())
        .await?;
    Entity::insert(ActiveModel::try_from(item)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Consumes the sign-up of this browser: of concurrent callers, exactly one gets true, and only if
/// it is unchanged since it was read.
pub async fn claim(tx: &WriteTx, item: &FederatedSignUp) -> Result<bool, StoreError> {
    let row = ActiveModel::try_from(item)?;
    Entity::delete_many()
        .filter(Column::BrowserHash.eq(to_bytes(&item.browser_hash)))
        .filter(Column::Identity.eq(row.identity.unwrap()))
        .change_one(tx)
        .await
}

/// Deletes up to `limit` sign-ups that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
