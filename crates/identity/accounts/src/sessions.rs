//! Sessions that a user ends.

use doorward_services::access_end;

use crate::prelude::*;

/// Ends a session of the same user. Returns false if the user has no session with that id; sessions
/// of other users are not affected.
#[boxed(?Send)]
pub async fn end_session(
    core: &Core,
    signed_in: &SignedIn,
    id: SessionId,
    caller: &Caller,
) -> Result<bool> {
    in_plain_transaction(&core.db, async |tx| {
        let now = core.now();
        let found = repo::sessions::find(tx, id).await?;
        let own = found.is_some_and(|session| session.user_id == signed_in.user.id);
        if own && repo::sessions::end(tx, id, EndReason::EndedByOwner, now).await? {
            let event = caller
                .own_event(AuditKind::SessionEnded, signed_in.user.id, now)
                .with("which", "one");
            repo::audit::insert(tx, &event.with("session", id.to_string())).await?;
        }
        Ok(own)
    })
    .await
}

/// Ends every other session of the user, and pending sign-ins; returns the number of ended
/// sessions. Their grants end too, except those with offline access.
#[boxed(?Send)]
pub async fn end_other_sessions(core: &Core, signed_in: &SignedIn, caller: &Caller) -> Result<u64> {
    end_sessions(core, signed_in, Some(signed_in.session.id), caller).await
}

/// Ends all sessions of the user, including this one ("log out everywhere").
#[boxed(?Send)]
pub async fn end_all_sessions(core: &Core, signed_in: &SignedIn, caller: &Caller) -> Result<u64> {
    end_sessions(core, signed_in, None, caller).await
}

async fn end_sessions(
    core: &Core,
    signed_in: &SignedIn,
    stored: Option<SessionId>,
    caller: &Caller,
) -> Result<u64> {
    let access = EndingAccess {
        user: signed_in.user.id,
        except: stored,
        sessions: Some(EndReason::EndedByOwner),
        grants: None,
    };
    let excess = access_end::end_excess(&core.db, &access, core.now()).await?;
    in_plain_transaction(&core.db, async |tx| {
        let (now, user) = (core.now(), signed_in.user.id);
        // First, so that a session started by one of them in the meantime ends with the others.
        repo::pending_sign_ins::remove_all(tx, user).await?;
        repo::email_sign_ins::disarm(tx, user).await?;
        let reason = EndReason::EndedByOwner;
        let ended = repo::sessions::end_all_for_user(tx, user, stored, reason, now).await?;
        let count = excess.sessions + ended.count;
        if count > 0 {
            let which = if stored.is_some() { "others" } else { "all" };
            let event = caller
                .own_event(AuditKind::SessionEnded, user, now)
                .with("which", which)
                .with("count", count);
            let event = event.with("sessions", access_end::named(&ended));
            repo::audit::insert(tx, &event).await?;
        }
        Ok(count)
    })
    .await
}
