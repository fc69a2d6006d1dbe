//! Applications that get users and groups by SCIM.

use doorward_domain::boxed;
use doorward_domain::model::scim::ScimTarget;

use super::prelude::*;
use crate::entity::scim_targets::{Column, Entity};

pub use super::query::insert;

#[boxed]
pub async fn find(conn: &Conn, client: &ClientId) -> Result<Option<ScimTarget>> {
    Entity::find_by_id(client.as_str().to_owned())
        .load_one(conn)
        .await
}

/// Returns up to `limit` targets after this client, in the order of their clients.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<ScimTarget>> {
    Entity::find()
        .page_after(Column::ClientId, after, limit)
        .load(conn)
        .await
}

/// Stores the settings of a target, whose next run reads all users.
#[boxed]
pub async fn change(tx: &WriteTx, target: &ScimTarget) -> Result<bool> {
    Entity::update_many()
        .value(Column::Url, target.url.as_str())
        .value(Column::IsOperatorUrl, target.is_operator_url)
        .value(Column::TokenSealed, target.token_sealed.clone())
        .value(Column::Users, target.users.as_str())
        .value(Column::HasGroups, target.has_groups)
        .value(Column::IsPaused, target.is_paused)
        .value(Column::IsFullDue, true)
        .value(Column::RetryAt, None::<i64>)
        .filter(Column::ClientId.eq(target.client_id.as_str()))
        .change_one(tx)
        .await
}

/// Stores the state after a run, unless the settings have changed since it began.
#[boxed]
pub async fn record(tx: &WriteTx, target: &ScimTarget) -> Result<bool> {
    Entity::update_many()
        .value(Column::Position, target.position)
        .value(Column::IsFullDue, target.is_full_due)
        .value(Column::FullAt, target.full_at)
        .value(Column::RanAt, target.ran_at)
        .value(Column::Report, target.report.as_str())
        .value(Column::Failures, i64::from(target.failures))
        .value(Column::RetryAt, target.retry_at)
        .value(Column::LastError, target.last_error.clone())
        .filter(Column::ClientId.eq(target.client_id.as_str()))
        .filter(Column::Url.eq(target.url.as_str()))
        .filter(Column::TokenSealed.eq(target.token_sealed.clone()))
        .filter(Column::Users.eq(target.users.as_str()))
        .filter(Column::HasGroups.eq(target.has_groups))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn delete(tx: &WriteTx, client: &ClientId) -> Result<bool> {
    Entity::delete_one_by(tx, Column::ClientId.eq(client.as_str())).await
}
