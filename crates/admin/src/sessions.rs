//! Sessions of users: lists and ends them.

use std::collections::BTreeMap;

use doorward_domain::model::{
    AuditKind, ClientId, EndReason, RevokeReason, Session, SessionId, User, UserId,
};
use doorward_services::access_end::{self, EndingAccess};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_store::repo::sessions::BATCH;
use doorward_store::{WriteTx, repo};

use super::operator::{AdminContext, AdminError};

/// Maximum number of sessions of a client that one call ends, so that other changes do not wait long.
pub const STEP: usize = 500;
/// Maximum number that [`count_of_client`] returns.
pub const COUNT_MAX: u64 = 1_001;

/// The result of ending many sessions.
#[derive(Clone, Copy, Debug)]
pub struct EndedSessions {
    /// Number of ended sessions.
    pub count: usize,
    /// True if none of the sessions remains.
    pub is_complete: bool,
}

/// Lists at most `limit` live sessions of the filter with their users, the newest first, before the
/// session `before`.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user.
pub async fn page(
    context: &AdminContext<'_>,
    filter: &SessionFilter,
    before: Option<SessionId>,
    limit: u64,
) -> Result<Vec<(Session, User)>, AdminError> {
    context.require_global("sessions:read")?;
    let (read, now) = (context.db.read(), context.now());
    let found = repo::live_sessions::page(read, filter, before, limit, now).await?;
    if let (Some(user), true) = (filter.user, found.is_empty()) {
        // A user with a session exists.
        let known = repo::users::find_by_id(read, user).await?;
        known.ok_or_else(|| AdminError::not_found("user", &user))?;
    }
    Ok(found)
}

/// Returns the live sessions among these with their users, in no order.
///
/// # Errors
/// [`AdminError::Denied`] without `sessions:read` for the whole deployment.
pub async fn find_many(
    context: &AdminContext<'_>,
    ids: &[SessionId],
) -> Result<Vec<(Session, User)>, AdminError> {
    context.require_global("sessions:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::live_sessions::find_many(read, ids, now).await?)
}

/// Counts the live sessions with a grant to a client, at most [`COUNT_MAX`].
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn count_of_client(
    context: &AdminContext<'_>,
    client: &ClientId,
) -> Result<u64, AdminError> {
    context.require_global("sessions:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::live_sessions::count_of_client(read, client, COUNT_MAX, now).await?)
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

/// Ends all sessions of a user, and the grants that do not outlive them: those of ended sessions are not
/// valid any more, and are revoked afterwards.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user, [`AdminError::Denied`] if the user is more powerful
/// than the administrator.
pub async fn end_all(
    context: &AdminContext<'_>,
    user: UserId,
) -> Result<EndedSessions, AdminError> {
    context.require_global("sessions:write")?;
    let now = context.now();
    let read = context.db.read();
    if repo::users::find_by_id(read, user).await?.is_none() {
        return Err(AdminError::not_found("user", &user));
    }
    context.check_power_over_user(read, user).await?;
    let why = EndReason::Administrator;
    let access = EndingAccess {
        user,
        except: None,
        sessions: Some(why),
        grants: None,
    };
    let excess = access_end::end_excess(context.db, &access, now).await?;
    let tx = context.begin().await?;
    context.check_power_over_user(&tx, user).await?;
    let ended = repo::sessions::end_all_for_user(&tx, user, None, why, now).await?;
    let count = usize::try_from(excess + ended.count).unwrap_or(usize::MAX);
    let event = context.event(AuditKind::SessionEnded, user, "all ended");
    let event = event.with("count", count);
    let event = event.with("sessions", access_end::named(&ended));
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    loop {
        let tx = context.begin().await?;
        let reason = RevokeReason::SessionEnded;
        let revoked = repo::grants::revoke_some_online_of_ended(&tx, user, reason, now).await?;
        tx.commit().await?;
        if revoked < BATCH {
            break;
        }
    }
    Ok(EndedSessions {
        count,
        is_complete: true,
    })
}

/// Ends the newest 500 live sessions with a grant to a client in one transaction, and the grants that do
/// not outlive them. Requires the role `admin`: any user may be among them.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown client.
pub async fn end_all_of_client(
    context: &AdminContext<'_>,
    client: &ClientId,
) -> Result<EndedSessions, AdminError> {
    context.require_global("sessions:write")?;
    context.must_administer()?;
    let now = context.now();
    let tx = context.begin().await?;
    if repo::clients::find(&tx, client).await?.is_none() {
        return Err(AdminError::not_found("client", client));
    }
    let filter = SessionFilter {
        user: None,
        client: Some(client.clone()),
    };
    let found = repo::live_sessions::page(&tx, &filter, None, STEP as u64 + 1, now).await?;
    let is_complete = found.len() <= STEP;
    let mut by_user: BTreeMap<UserId, Vec<SessionId>> = BTreeMap::new();
    for (session, user) in found.iter().take(STEP) {
        by_user.entry(user.id).or_default().push(session.id);
    }
    let ids: Vec<SessionId> = by_user.values().flatten().copied().collect();
    let why = EndReason::Administrator;
    repo::sessions::end_many(&tx, &ids, why, now).await?;
    for (user, ended) in &by_user {
        record_end(context, &tx, *user, ended, client).await?;
    }
    tx.commit().await?;
    Ok(EndedSessions {
        count: ids.len(),
        is_complete,
    })
}

/// Ends the grants of these sessions of a user that do not outlive them, and records the end.
async fn record_end(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    user: UserId,
    ended: &[SessionId],
    client: &ClientId,
) -> Result<(), AdminError> {
    for session in ended {
        let (reason, now) = (RevokeReason::SessionEnded, context.now());
        repo::grants::revoke_online_for_session(tx, *session, reason, now).await?;
    }
    let ids: Vec<String> = ended.iter().map(ToString::to_string).collect();
    let event = context.event(AuditKind::SessionEnded, user, "all ended");
    let event = event.with("sessions", ids).through(client);
    repo::audit::insert(tx, &event).await?;
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
