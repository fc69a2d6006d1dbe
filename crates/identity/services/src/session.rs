//! The browser's session: found by its cookie, started at sign-in, ended at sign-out.

use doorward_domain::boxed;
use doorward_domain::model::{
    AuditKind, Authentication, ClientId, Consent, EndReason, ProviderSession, Session, SessionEnd,
    SessionId, UpstreamSession, User,
};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_rules::assurance;
use doorward_rules::remembered_session::IdleTimeouts;
use doorward_store::db::WriteTx;
use doorward_store::repo;

use super::access_end;
use super::signed_in::SignedIn;
use super::transaction::in_plain_transaction;
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Context, Core};
use crate::error::Result;
use crate::factors::{self, Factors};
use crate::known_device::Account;

/// Minimum time between two records of a session's use, or of a user's sign-in, in seconds.
const TOUCH_EVERY: i64 = 60;

/// Returns the live session of a cookie value; `None` for an unknown, ended or expired session and
/// for a disabled user.
#[boxed]
pub async fn find(core: &Core, cookie: &str) -> Result<Option<SignedIn>> {
    if OpaqueToken::parse(cookie).is_none() {
        return Ok(None);
    }
    let (hash, now) = (TokenHash::digest(cookie), core.now());
    match repo::sessions::find_active(core.db.read(), &hash, now).await? {
        Some((session, user)) => used(core, session, user).await,
        None => Ok(None),
    }
}

/// A session with the records that account pages and authorization requests need.
#[derive(Debug)]
pub struct Present {
    pub signed_in: SignedIn,
    pub factors: Factors,
    /// Consent to the given client, active or not.
    pub consent: Option<Consent>,
    /// True if the console opens for the user: by a permission of this server, or as an owner. Known
    /// without a client.
    pub administers: bool,
}

/// Returns the same session with further records: those of account pages, or with the consent to a
/// client those of its authorization request. Still one statement.
#[boxed]
pub async fn find_present(
    core: &Core,
    cookie: &str,
    client: Option<&ClientId>,
) -> Result<Option<Present>> {
    if OpaqueToken::parse(cookie).is_none() {
        return Ok(None);
    }
    let (hash, now) = (TokenHash::digest(cookie), core.now());
    let needs_roles = client.is_none() || factors::demands_any(core);
    // An authorization request usually ends with a write.
    let conn = match client {
        Some(_) => core.db.read_before_write(),
        None => core.db.read(),
    };
    let found = repo::sessions::find_present(conn, &hash, needs_roles, client, now).await?;
    let Some(found) = found else { return Ok(None) };
    let held = found.held.unwrap_or_default();
    let own = held.permissions.get(core.issuer());
    let administers = found.is_owner || own.is_some_and(|own| !own.is_empty());
    let factors = Factors {
        has: found.factors,
        demand: factors::demand_of(core, &held),
        announced: factors::announced(core, &held),
    };
    let signed_in = used(core, found.session, found.user).await?;
    Ok(signed_in.map(|signed_in| Present {
        signed_in,
        factors,
        consent: found.consent,
        administers,
    }))
}

/// Records the use of a session, at most once per interval; returns `None` for a disabled user.
#[boxed]
pub async fn used(core: &Core, mut session: Session, user: User) -> Result<Option<SignedIn>> {
    if !user.is_active() {
        return Ok(None);
    }
    if core.now().saturating_sub(session.last_seen_at) >= TOUCH_EVERY {
        touch(core, &mut session).await?;
    }
    Ok(Some(SignedIn::in_browser(session, user)))
}

/// Returns the time and reason of the end of a cookie's session; `None` for a live or unknown one.
/// The cookie itself authorizes this, and the response names no user.
#[boxed]
pub async fn ending(core: &Core, cookie: &str) -> Result<Option<SessionEnd>> {
    if OpaqueToken::parse(cookie).is_none() {
        return Ok(None);
    }
    let found = repo::sessions::find_by_token(core.db.read(), &TokenHash::digest(cookie)).await?;
    Ok(found.and_then(|session| session.ending(core.now())))
}

fn rest(core: &Core) -> IdleTimeouts {
    IdleTimeouts {
        ordinary: core.config.sessions.idle,
        remembered: core.config.sessions.kept_idle,
    }
}

/// Records the use of a session, and the authentication that a remembered one still has after being
/// idle.
async fn touch(core: &Core, session: &mut Session) -> Result<()> {
    let (now, rest) = (core.now(), rest(core));
    let idle_end = rest.idle_end(session.remember, now, session.expires_at);
    let left = rest.reduced_authentication(session, now);
    let tx = core.db.begin_write().await?;
    if let Some(proof) = &left {
        repo::sessions::set_proof(&tx, session.id, proof).await?;
    }
    repo::sessions::touch(&tx, session.id, now, idle_end).await?;
    tx.commit().await?;
    if let Some(proof) = left {
        session.authentication = proof;
    }
    Ok(())
}

/// Records the time of a sign-in, at most once per interval.
async fn record_login(core: &Core, tx: &WriteTx, user: &User) -> Result<()> {
    let now = core.now();
    let is_recent = |last: i64| now.saturating_sub(last) < TOUCH_EVERY;
    if !user.last_login.0.is_some_and(is_recent) {
        repo::users::record_login(tx, user.id, now).await?;
    }
    Ok(())
}

#[derive(Debug)]
pub struct NewSession {
    pub session: Session,
    /// The cookie value, of which only the hash is stored.
    pub token: OpaqueToken,
    /// The account, for the known-device cookie.
    pub account: Account,
}

#[derive(Clone, Copy, Debug)]
pub struct SessionStart<'a> {
    pub user: &'a User,
    pub authentication: &'a Authentication,
    /// "Keep me signed in on this device".
    pub remember: bool,
    /// The session at an identity provider that the sign-in came from.
    pub upstream: Option<&'a UpstreamSession>,
    pub before: Option<&'a SignedIn>,
}

/// Starts a session, not remembered, of a user who has just given or chosen a password.
#[boxed]
pub async fn start_after_password(
    core: &Core,
    tx: &WriteTx,
    user: &User,
    before: Option<&SignedIn>,
    caller: &Caller,
) -> Result<NewSession> {
    let authentication = assurance::password_proof(core.now());
    let beginning = SessionStart {
        user,
        authentication: &authentication,
        remember: false,
        upstream: None,
        before,
    };
    start(core, tx, &beginning, caller).await
}

/// Starts a session, or continues the browser's own if the same user reauthenticated, so that its
/// grants remain. The cookie is always new, and the old one stops working at once (ASVS 5.0
/// §7.2.4); a value sent by the browser is never adopted.
#[boxed]
pub async fn start(
    core: &Core,
    tx: &WriteTx,
    beginning: &SessionStart<'_>,
    caller: &Caller,
) -> Result<NewSession> {
    let now = core.now();
    let (proof, remember) = (beginning.authentication, beginning.remember);
    let same = beginning
        .before
        .filter(|before| before.user.id == beginning.user.id);
    if let Some(before) = same
        && let Some(rotated) = rotate(core, tx, before, proof.clone()).await?
    {
        let session = &before.session;
        // A new cookie alone, as after a change of the password, is no sign-in.
        if *proof != session.authentication {
            record_login(core, tx, beginning.user).await?;
        }
        if remember != session.remember {
            let end = rest(core).idle_end(remember, now, session.expires_at);
            repo::sessions::set_remember(tx, session.id, remember, end).await?;
        }
        let session = Session {
            remember,
            ..rotated.session
        };
        record_upstream(tx, session.id, beginning.upstream).await?;
        return Ok(NewSession {
            session,
            account: beginning.user.into(),
            ..rotated
        });
    }
    let token = OpaqueToken::generate(&mut core.rng());
    let expires_at = now + core.config.sessions.absolute;
    let session = Session {
        id: SessionId::generate(now, &mut core.rng()),
        token_hash: token.hash(),
        user_id: beginning.user.id,
        created_at: now,
        last_seen_at: now,
        idle_expires_at: rest(core).idle_end(remember, now, expires_at),
        expires_at,
        authentication: proof.clone(),
        remember,
        user_agent: caller.user_agent.clone(),
        ip: caller.ip_text(),
        ended_at: None,
        end_reason: None,
    };
    if let Some(before) = beginning.before {
        repo::sessions::end(tx, before.session.id, EndReason::Replaced, now).await?;
    }
    repo::sessions::insert(tx, &session).await?;
    record_upstream(tx, session.id, beginning.upstream).await?;
    access_end::end_surplus_sessions(core, tx, session.user_id).await?;
    record_login(core, tx, beginning.user).await?;
    Ok(NewSession {
        session,
        token,
        account: beginning.user.into(),
    })
}

/// Records the session at a provider, so that its end there ends the session here.
async fn record_upstream(
    tx: &WriteTx,
    session_id: SessionId,
    upstream: Option<&UpstreamSession>,
) -> Result<()> {
    if let Some(upstream) = upstream {
        let upstream = upstream.clone();
        let session = ProviderSession {
            session_id,
            upstream,
        };
        repo::provider_sessions::put(tx, &session).await?;
    }
    Ok(())
}

/// Replaces the cookie and the authentication of a session; `None` if it has ended.
#[boxed]
pub async fn rotate(
    core: &Core,
    tx: &WriteTx,
    SignedIn { session, user, .. }: &SignedIn,
    authentication: Authentication,
) -> Result<Option<NewSession>> {
    let token = OpaqueToken::generate(&mut core.rng());
    let (old, new) = (session.token_hash, token.hash());
    if !repo::sessions::rotate(tx, session.id, &old, &new, &authentication).await? {
        return Ok(None);
    }
    let session = Session {
        token_hash: new,
        authentication,
        ..session.clone()
    };
    Ok(Some(NewSession {
        session,
        token,
        account: user.into(),
    }))
}

/// Ends the browser's own session. Refresh tokens bound to it stop working, because the grant check
/// requires a live session; grants with offline access remain (OIDC Core §11).
#[boxed]
pub async fn sign_out(context: &Context, signed_in: &SignedIn, caller: &Caller) -> Result<()> {
    let Context { core, delivery, .. } = context;
    let done = in_plain_transaction(&core.db, async |tx| {
        let now = core.now();
        repo::sessions::end(tx, signed_in.session.id, EndReason::SignedOut, now).await?;
        let event = caller
            .own_event(AuditKind::LoggedOut, signed_in.user.id, now)
            .with("session", signed_in.session.id.to_string());
        Ok(repo::audit::insert(tx, &event).await?)
    })
    .await;
    // Wakes the worker that notifies the clients.
    delivery.jobs.wake();
    done
}
