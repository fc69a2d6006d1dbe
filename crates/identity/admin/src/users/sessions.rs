//! Sessions of users: lists and ends them.

pub mod operations;

use std::collections::BTreeMap;

use doorward_domain::model::{EmailPurpose, EndReason, RevokeReason, Session, SessionId};
use doorward_services::access_end::{self, EndedAccess, EndingAccess};
use doorward_store::repo::grant_ends::GrantFilter;
use doorward_store::repo::grants::GrantsOfUser;
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_store::repo::sessions::BATCH;

use crate::grants;
use crate::operator::MAX_COUNT;
use crate::prelude::*;

/// Maximum number of sessions of a client that one call ends, so that other changes do not wait long.
pub const STEP: usize = 500;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndedGrants {
    /// All, so that no access remains.
    #[default]
    All,
    /// Those without `offline_access`, as at a sign-out (OIDC Core §11).
    Online,
}

#[derive(Clone, Debug)]
pub struct EndedSessions {
    pub access: EndedAccess,
    pub is_complete: bool,
}

/// Lists live sessions with their users, the newest first.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &SessionFilter,
    before: Option<SessionId>,
    limit: u64,
) -> Result<Vec<(Session, User)>> {
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
#[boxed(?Send)]
pub async fn find_many(
    context: &AdminContext<'_>,
    ids: &[SessionId],
) -> Result<Vec<(Session, User)>> {
    context.require_global("sessions:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::live_sessions::find_many(read, ids, now).await?)
}

#[boxed(?Send)]
pub async fn count_of_client(context: &AdminContext<'_>, client: &ClientId) -> Result<u64> {
    context.require_global("sessions:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::live_sessions::count_of_client(read, client, MAX_COUNT, now).await?)
}

#[boxed(?Send)]
pub async fn end(
    context: &AdminContext<'_>,
    id: SessionId,
    which: EndedGrants,
) -> Result<EndedSessions> {
    context.require_global("sessions:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let found = repo::sessions::find(&tx, id).await?;
    let live = found.filter(|session| session.is_live(now));
    let session = live.ok_or_else(|| AdminError::not_found("session", &id))?;
    context.check_power_over_user(&tx, session.user_id).await?;
    repo::sessions::end(&tx, id, EndReason::Administrator, now).await?;
    let grants = end_grants(context, &tx, &[id], which).await?;
    let event = context
        .event(AuditKind::SessionEnded, session.user_id, "ended")
        .with("session", id.to_string())
        .with("grants", grants);
    context.commit_with(tx, &event).await?;
    let access = EndedAccess {
        sessions: 1,
        grants,
        ..EndedAccess::default()
    };
    Ok(EndedSessions {
        access,
        is_complete: true,
    })
}

/// Ends all sessions of a user, and the grants of the user, also those that were given in earlier
/// sessions. The oldest of many end in transactions of their own.
#[boxed(?Send)]
pub async fn end_all(
    context: &AdminContext<'_>,
    user: UserId,
    which: EndedGrants,
) -> Result<EndedSessions> {
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
        grants: match which {
            EndedGrants::All => Some((GrantsOfUser::All, RevokeReason::SessionEnded)),
            EndedGrants::Online => None,
        },
    };
    let excess = access_end::end_excess(context.db, &access, now).await?;
    let tx = context.begin().await?;
    context.check_power_over_user(&tx, user).await?;
    let ended = repo::sessions::end_all_for_user(&tx, user, None, why, now).await?;
    // The holder of a session may have asked for another address, which leads to another password.
    repo::email_tokens::revoke_for_user(&tx, user, &[EmailPurpose::Change], now).await?;
    let mut access = excess;
    access.sessions += ended.count;
    access.trusted_devices = ended.trusted_devices;
    access.named.session_ids = access_end::named(&ended);
    // Those without `offline_access` end with their sessions, and are revoked below.
    if which == EndedGrants::All {
        let reason = RevokeReason::SessionEnded;
        access.grants += repo::grants::revoke_for_user(&tx, user, reason, now).await?;
    }
    let event = context.event(AuditKind::SessionEnded, user, "all ended");
    let event = event.with("count", access.sessions);
    let event = event.with("grants", access.grants);
    let event = event.with("trusted_devices", access.trusted_devices);
    let event = event.with("sessions", access.named.session_ids.clone());
    context.commit_with(tx, &event).await?;
    if which == EndedGrants::Online {
        access.grants = revoke_online(context, user).await?;
    }
    Ok(EndedSessions {
        access,
        is_complete: true,
    })
}

/// Revokes the grants of the ended sessions of a user except those with `offline_access`, in batches:
/// they are not valid any more. Returns their number.
async fn revoke_online(context: &AdminContext<'_>, user: UserId) -> Result<u64> {
    let (reason, now) = (RevokeReason::SessionEnded, context.now());
    let mut all = 0;
    loop {
        let tx = context.begin().await?;
        let revoked = repo::grants::revoke_some_online_of_ended(&tx, user, reason, now).await?;
        tx.commit().await?;
        all += revoked;
        if revoked < BATCH {
            return Ok(all);
        }
    }
}

/// Ends the newest 500 live sessions with a grant to a client in one transaction, and the grants that
/// were given in them. With the last sessions, at most 500 other grants to the client end too, which
/// outlived their sessions. Requires the role `admin`: any user may be among them.
#[boxed(?Send)]
pub async fn end_all_of_client(
    context: &AdminContext<'_>,
    client: &ClientId,
    which: EndedGrants,
) -> Result<EndedSessions> {
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
    let mut ended = EndedSessions {
        access: EndedAccess {
            sessions: found.len().min(STEP) as u64,
            ..EndedAccess::default()
        },
        is_complete: found.len() <= STEP,
    };
    let mut by_user: BTreeMap<UserId, Vec<SessionId>> = BTreeMap::new();
    for (session, user) in found.iter().take(STEP) {
        by_user.entry(user.id).or_default().push(session.id);
    }
    let ids: Vec<SessionId> = by_user.values().flatten().copied().collect();
    let why = EndReason::Administrator;
    repo::sessions::end_many(&tx, &ids, why, now).await?;
    for (user, sessions) in &by_user {
        let grants = end_grants(context, &tx, sessions, which).await?;
        let ids: Vec<String> = sessions.iter().map(ToString::to_string).collect();
        let event = context.event(AuditKind::SessionEnded, user, "all ended");
        let event = event.with("sessions", ids).with("grants", grants);
        repo::audit::insert(&tx, &event.through(client)).await?;
        ended.access.grants += grants;
    }
    if ended.is_complete && which == EndedGrants::All {
        let filter = GrantFilter {
            client: Some(client.clone()),
            ..GrantFilter::default()
        };
        let (rest, _) = grants::end_batch(context, &tx, &filter, None).await?;
        ended.access.grants += rest;
        ended.is_complete = rest < grants::STEP;
    }
    tx.commit().await?;
    Ok(ended)
}

async fn end_grants(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    sessions: &[SessionId],
    which: EndedGrants,
) -> Result<u64> {
    let (reason, now) = (RevokeReason::SessionEnded, context.now());
    let mut ended = 0;
    for session in sessions {
        ended += match which {
            EndedGrants::All => repo::grants::revoke_for_session(tx, *session, reason, now).await?,
            EndedGrants::Online => {
                repo::grants::revoke_online_for_session(tx, *session, reason, now).await?
            }
        };
    }
    Ok(ended)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, user: UserId, id: SessionId) -> Result<Session> {
    context.require_global("sessions:read")?;
    let found = repo::sessions::find(context.db.read(), id).await?;
    found
        .filter(|session| session.user_id == user && session.is_live(context.now()))
        .ok_or_else(|| AdminError::not_found("session", &id))
}
