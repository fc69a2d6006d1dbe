//! API keys of users: lists and revokes them.

pub mod operations;

use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_store::repo::api_key_lists::KeyFilter;

use crate::found::{self, Found};
use crate::prelude::*;

pub type OwnedKey = (ApiKey, User);

/// Lists live keys with their users: by last use if the filter limits it, otherwise by expiry.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &KeyFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<OwnedKey>>> {
    context.require_global("users:read")?;
    let (read, now) = (context.db.read(), context.now());
    let after = found::time_position(after, ApiKeyId::parse)?;
    let rows = repo::api_key_lists::page(read, filter, after.as_ref(), limit, now).await?;
    if let (Some(user), true) = (filter.user, rows.is_empty()) {
        // A user with a key exists.
        let known = repo::users::find_by_id(read, user).await?;
        known.ok_or_else(|| AdminError::not_found("user", &user))?;
    }
    let rows = rows.into_iter().map(|(key, user)| {
        let (at, id) = filter.position(&key);
        Found::new(&at.to_string(), id, (key, user))
    });
    Ok(rows.collect())
}

/// Returns the live keys among these with their users, in no order.
#[boxed(?Send)]
pub async fn find_many(context: &AdminContext<'_>, ids: &[ApiKeyId]) -> Result<Vec<OwnedKey>> {
    context.require_global("users:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::api_key_lists::find_many(read, ids, now).await?)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: &ApiKeyId) -> Result<OwnedKey> {
    context.require_global("users:read")?;
    let found = repo::api_keys::find_with_owner(context.db.read(), id).await?;
    let live = found.filter(|(key, _)| key.is_live(context.now()));
    let owned = live.and_then(|(key, user)| Some((key, user?)));
    owned.ok_or_else(|| AdminError::not_found("API key", id))
}

#[boxed(?Send)]
pub async fn revoke(context: &AdminContext<'_>, id: &ApiKeyId) -> Result<()> {
    context.require_global("users:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let not_found = || AdminError::not_found("API key", id);
    let found = repo::api_keys::find_with_owner(&tx, id).await?;
    let (key, _) = found.ok_or_else(not_found)?;
    if !key.is_live(now) {
        return Err(not_found());
    }
    context.check_power_over_user(&tx, key.user_id).await?;
    if !repo::api_keys::revoke(&tx, key.user_id, id, now).await? {
        return Err(not_found());
    }
    let event = context
        .event(AuditKind::ApiKeyRevoked, id.prefix(), "revoked")
        .with("user", key.user_id.to_string());
    context.commit_with(tx, &event).await
}
