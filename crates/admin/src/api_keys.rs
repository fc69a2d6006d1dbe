//! API keys of users: lists and revokes them.

use doorward_domain::model::{ApiKey, ApiKeyId, AuditKind, UserId};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;

use super::operator::{AdminContext, AdminError};

/// Lists at most `limit` live keys of a user, ordered by id, after the key `after`.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user.
pub async fn page(
    context: &AdminContext<'_>,
    user: UserId,
    after: Option<&ApiKeyId>,
    limit: u64,
) -> Result<Vec<ApiKey>, AdminError> {
    context.require_global("users:read")?;
    if repo::users::find_by_id(context.db.read(), user)
        .await?
        .is_none()
    {
        return Err(AdminError::not_found("user", &user));
    }
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::api_keys::page_live(read, user, after, limit, now).await?)
}

/// Revokes a key with immediate effect.
///
/// # Errors
/// [`AdminError::NotFound`] for a key that is unknown, revoked or expired, [`AdminError::Denied`]
/// if its user is more powerful than the administrator.
pub async fn revoke(context: &AdminContext<'_>, id: &ApiKeyId) -> Result<(), AdminError> {
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
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}
