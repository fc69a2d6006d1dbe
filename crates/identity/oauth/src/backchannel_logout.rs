//! Notifies clients of ended sessions (OIDC Back-Channel Logout 1.0).
//!
//! The transaction that ends a session stores a notification for each client
//! (`repo::logout_notifications`). The worker creates a job for each notification, and repeats it
//! until the client responds or the attempts are exhausted.

use doorward_domain::model::job::SendError;
use doorward_domain::model::{AskedClaims, JobKind, LogoutNotification};
use doorward_egress::outgoing::EgressError;
use doorward_rules::access_token::{Issuance, token_id};
use doorward_rules::logout_token::{self, DeliveryStatus, TTL};
use doorward_rules::retry;
use doorward_services::jobs::JobPayload;
use doorward_store::repo::logout_notifications::DueNotification;

use crate::prelude::*;
use crate::signing;

/// The result of a notification whose client has not answered for too long.
const GIVEN_UP: &str = "the host has not answered for hours";

/// Maximum number of notifications that one transaction turns into jobs.
const MAX_BATCH: u64 = 100;

/// Creates a job for each notification that is due. That of a session in use is postponed.
#[boxed(?Send)]
pub async fn enqueue_jobs(context: &Context) -> Result<()> {
    let core = &context.core;
    loop {
        let (read, now) = (core.db.read(), core.now());
        let waiting = repo::logout_notifications::list(read, now, MAX_BATCH).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let (mut named, mut used) = (Vec::with_capacity(waiting.len()), Vec::new());
        for DueNotification {
            notice,
            may_be_in_use,
        } in waiting
        {
            if may_be_in_use && let Some(end) = next_idle_end(core, &notice).await? {
                used.push((notice, end));
                continue;
            }
            let client = context.client(notice.client_id.as_str()).await?;
            let address = client.and_then(|client| client.logout.backchannel.clone());
            named.push((notice, address.as_deref().and_then(host_of)));
        }
        let tx = core.db.begin_write().await?;
        for (notice, end) in used {
            repo::logout_notifications::postpone(&tx, &notice, end).await?;
        }
        for (notice, host) in named {
            if repo::logout_notifications::take(&tx, &notice).await? {
                let task = JobPayload::Logout(notice);
                context
                    .delivery
                    .jobs
                    .enqueue_for(&tx, &task, host, now)
                    .await?;
            }
        }
        tx.commit().await?;
    }
}

/// Returns the time at which a session becomes idle if it is still in use.
async fn next_idle_end(core: &Core, notice: &LogoutNotification) -> Result<Option<UnixSeconds>> {
    let read = core.db.read();
    let session = repo::sessions::find(read, notice.session_id).await?;
    // An impersonation ends before the session of its administrator.
    let is_own = |session: &Session| session.user_id == notice.user_id;
    let Some(session) = session.filter(|session| session.ended_at.is_none() && is_own(session))
    else {
        return Ok(None);
    };
    let end = repo::logout_notifications::idle_end(read, &session).await?;
    Ok(Some(end).filter(|end| *end > core.now()))
}

/// Schedules the notification of a client about the idle end of the session in which it gets a grant.
pub(crate) async fn schedule(
    tx: &WriteTx,
    client: &Client,
    session: &Session,
) -> Result<(), StoreError> {
    if client.logout.backchannel.is_none() {
        return Ok(());
    }
    let notice = LogoutNotification {
        session_id: session.id,
        client_id: client.id.clone(),
        user_id: session.user_id,
    };
    repo::logout_notifications::schedule(tx, &notice, session.idle_expires_at).await
}

/// Returns the host and port that a URI leads to.
pub(crate) fn host_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let port = url.port_or_known_default()?;
    Some(format!("{}:{port}", url.host_str()?))
}

/// Records that a notification is not sent because its host does not answer.
#[boxed(?Send)]
pub async fn give_up(core: &Core, notice: &LogoutNotification) -> Result<()> {
    let outcome = Err(SendError::Never(GIVEN_UP.to_owned()));
    record_outcome(core, notice, &outcome).await
}

/// Posts a logout token to the client as attempt number `attempts`. Writes an audit event with the
/// final result.
#[boxed(?Send)]
pub async fn deliver(
    context: &Context,
    attempts: u32,
    notice: &LogoutNotification,
) -> Result<(), SendError> {
    let core = &context.core;
    let later = |server_error: ServerError| SendError::Later(server_error.to_string());
    let client = context.client(notice.client_id.as_str()).await;
    let Some(client) = client.map_err(later)? else {
        return Ok(());
    };
    let Some(address) = &client.logout.backchannel else {
        return Ok(());
    };
    let token = token(context, &client, notice).await.map_err(later)?;
    let fields = [("logout_token", token.as_str())];
    let posted = context
        .directory
        .http
        .post_form(SourcedUrl::of_client(&client, address), &fields);
    let outcome = match posted.await {
        Ok(reply) => match logout_token::delivery_status(reply.status) {
            DeliveryStatus::Done => Ok(()),
            DeliveryStatus::Refused => Err(SendError::Never(status(reply.status))),
            DeliveryStatus::Unwell => Err(SendError::Later(status(reply.status))),
        },
        Err(error) => Err(send_error(&error)),
    };
    let again = retry::next_attempt(JobKind::Logout, core.now(), attempts, core.now()).is_some();
    let may_succeed = matches!(outcome, Err(SendError::Later(_) | SendError::Unanswered(_)));
    if may_succeed && again {
        return outcome;
    }
    record_outcome(core, notice, &outcome)
        .await
        .map_err(later)?;
    outcome
}

/// Returns whether another attempt may succeed after a request without an answer.
pub(crate) fn send_error(error: &EgressError) -> SendError {
    let reason = error.to_string();
    match error {
        EgressError::Address(_) => SendError::Never(reason),
        EgressError::Unreachable(_) => SendError::Unanswered(reason),
        _ => SendError::Later(reason),
    }
}

fn status(status: u16) -> String {
    format!("the answer has status {status}")
}

async fn token(context: &Context, client: &Client, notice: &LogoutNotification) -> Result<String> {
    let core = &context.core;
    let issuance = Issuance {
        issuer: core.issuer(),
        now: core.now(),
        ttl: TTL,
        staff_roles: &[],
        former: &[],
        scopes: &[],
        asked: AskedClaims::default(),
    };
    let jti = token_id(None, &mut core.rng());
    let known = core
        .aliases
        .known_as(core.db.read(), &client.id, notice.user_id)
        .await?;
    let subject = context.issuing.subject_key.subject(client, known);
    let claims = logout_token::claims(&issuance, &client.id, subject, notice.session_id, jti);
    // OIDC Back-Channel Logout §2.4: signed like ID tokens.
    let alg = client_profile::id_token_alg(client);
    signing::sign(context, alg, |signer| signer.sign_logout_token(&claims)).await
}

async fn record_outcome(
    core: &Core,
    notice: &LogoutNotification,
    outcome: &Result<(), SendError>,
) -> Result<()> {
    let event = Caller::of_server(&core.random)
        .event(AuditKind::BackchannelLogout, outcome.is_ok(), core.now())
        .about(notice.user_id)
        .through(&notice.client_id)
        .with("session", notice.session_id.to_string());
    let event = match outcome {
        Ok(()) => event,
        Err(error) => event.with("reason", error.to_string()),
    };
    let tx = core.db.begin_write().await?;
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}
