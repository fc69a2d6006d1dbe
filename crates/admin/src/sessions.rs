//! Sessions of users: lists and ends them.

use doorward_domain::model::{AuditKind, EndReason, RevokeReason, Session, SessionId, UserId};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;

use super::operator::{AdminContext, AdminError};

/// Lists at most `limit` live sessions of a user, ordered by id, after the session `after`.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user.
pub async fn page(
    context: &AdminContext<'_>,
    user: UserId,
    after: Option<SessionId>,
    limit: u64,
) -> Result<Vec<Session>, AdminError> {
    context.require_global("sessions:read")?;
    if repo::users::find_by_id(context.db.read(), user)
        .await?
        .is_none()
    {
        return Err(AdminError::not_found("user", &user));
    }
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::sessions::page_for_user(read, user, after, limit, now).await?)
}

/// Ends a session, and the grants that do not outlive it.
///
/// # Errors
/// [`AdminError::NotFound`] for a session that is unknown or ended, [`AdminError::Denied`] if its
/// user is more powerful than the administrator.
pub async fn end(context: &AdminContext<'_>, id: SessionId) -> Result<(), AdminError> {
    context.require_global("sessions:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let found = repo::sessions::find(&tx, id).await?;
    let live = found.filter(|session| session.is_live(now));
    let session = live.ok_or_else(|| AdminError::not_found("session", &id))?;
    context.check_power_over_user(&tx, session.user_id).await?;
    repo::sessions::end(&tx, id, EndReason::Administrator, now).await?;
    let reason = RevokeReason::SessionEnded;
    repo::grants::revoke_online_for_session(&tx, id, reason, now).await?;
    let event = context
        .event(AuditKind::SessionEnded, session.user_id, "ended")
        .with("session", id.to_string());
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of a user in one transaction, and the grants that do not outlive them.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user, [`AdminError::Denied`] if the user is more powerful
/// than the administrator.
pub async fn end_all(context: &AdminContext<'_>, user: UserId) -> Result<(), AdminError> {
    context.require_global("sessions:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    if repo::users::find_by_id(&tx, user).await?.is_none() {
        return Err(AdminError::not_found("user", &user));
    }
    context.check_power_over_user(&tx, user).await?;
    let why = EndReason::Administrator;
    let ended = repo::sessions::end_all_for_user(&tx, user, None, why, now).await?;
    for session in &ended {
        let reason = RevokeReason::SessionEnded;
        repo::grants::revoke_online_for_session(&tx, *session, reason, now).await?;
    }
    let ids: Vec<String> = ended.iter().map(ToString::to_string).collect();
    let event = context.event(AuditKind::SessionEnded, user, "all ended");
    let event = event.with("sessions", ids);
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Returns a live session of a user.
///
/// # Errors
/// [`AdminError::NotFound`] for a session that is unknown, ended, or of another user.
pub async fn get(
    context: &AdminContext<'_>,
    user: UserId,
    id: SessionId,
) -> Result<Session, AdminError> {
    context.require_global("sessions:read")?;
    let found = repo::sessions::find(context.db.read(), id).await?;
    found
        .filter(|session| session.user_id == user && session.is_live(context.now()))
        .ok_or_else(|| AdminError::not_found("session", &id))
}
