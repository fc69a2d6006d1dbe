//! Pending federated sign-ups.

use doorward_domain::boxed;
use doorward_domain::model::FederatedSignUp;

use super::prelude::*;
use super::query;
use crate::entity::newcomers::{ActiveModel, Column, Entity};

/// Returns the unexpired sign-up of this browser.
#[boxed]
pub async fn find(
    conn: &Conn,
    browser: &TokenHash,
    now: UnixSeconds,
) -> Result<Option<FederatedSignUp>> {
    of_browser(browser, now).load_one(conn).await
}

pub(super) fn of_browser(browser: &TokenHash, now: UnixSeconds) -> Select<Entity> {
    Entity::find_by_id(to_bytes(browser)).filter(Column::ExpiresAt.gt(now))
}

/// Stores a sign-up, replacing the browser's former one.
#[boxed]
pub async fn put(tx: &WriteTx, item: &FederatedSignUp) -> Result<()> {
    Entity::delete_one_by(tx, Column::BrowserHash.eq(to_bytes(&item.browser_hash))).await?;
    query::insert(tx, item).await
}

/// Consumes the sign-up of this browser: of concurrent callers, exactly one gets true, and only if
/// it is unchanged since it was read.
#[boxed]
pub async fn claim(tx: &WriteTx, item: &FederatedSignUp) -> Result<bool> {
    let row = ActiveModel::try_from(item)?;
    Entity::delete_many()
        .filter(Column::BrowserHash.eq(to_bytes(&item.browser_hash)))
        .filter(Column::Identity.eq(row.identity.unwrap()))
        .change_one(tx)
        .await
}

purge_by!(ExpiresAt);
