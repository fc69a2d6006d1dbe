//! Security notifications about sign-ins and lockouts.

use doorward_rules::activity;
use doorward_services::job_payload::Lock;

use crate::change::Change;
use crate::prelude::*;

/// The time for which a browser is remembered by its name and address, in seconds.
const REMEMBERED: i64 = 90 * 24 * 60 * 60;
const MINUTE: i64 = 60;

/// Enqueues a notification about a sign-in from an unknown device, except for the first sign-in, and
/// marks the event of this sign-in, which is written afterwards.
pub(crate) async fn notify_new_device(
    change: Change<'_>,
    user: &User,
    event: AuditEvent,
) -> Result<AuditEvent> {
    let Change { tx, caller, .. } = change;
    let keyed = change.context.limits.rate_limiter.keyed();
    let device = caller.device.as_ref();
    if device.is_some_and(|device| device.knows(keyed, user.into()).is_some()) {
        return Ok(event);
    }
    let subject = user.id.to_string();
    let agent = (!caller.user_agent.is_empty()).then_some(caller.user_agent.as_str());
    let same = repo::audit::SignIn {
        user_agent: agent,
        ip: caller.ip,
        since: change.now() - REMEMBERED,
    };
    // The usual case first: one statement.
    if repo::audit::has_signed_in(tx, &subject, Some(&same)).await?
        || !repo::audit::has_signed_in(tx, &subject, None).await?
    {
        return Ok(event);
    }
    change.notify(user, SecurityNotification::NewDevice).await?;
    Ok(event.with(activity::NEW_DEVICE, true))
}

/// Enqueues the job that notifies the user, if there is one, of a lockout.
pub(crate) async fn notify_lockout(
    change: Change<'_>,
    identifier: &str,
    seconds: i64,
) -> Result<()> {
    let who = AnonymousRequest::new(identifier, change.caller);
    let lock = Lock { who, seconds };
    match change.enqueue_anonymous(&JobPayload::Lock(lock)).await {
        // The queue is full: the lockout matters more than its mail.
        Err(ServerError::Unavailable(cause)) => {
            tracing::warn!(%cause, "lockout notification not enqueued");
            Ok(())
        }
        other => other,
    }
}

/// Mails the notification of a lockout to an active account, in the worker.
#[boxed(?Send)]
pub async fn mail_lock(context: &Context, lock: &Lock) -> Result<()> {
    let core = &context.core;
    let caller = lock.who.caller(&core.random);
    in_plain_transaction(&core.db, async |tx| {
        if let Some(user) = lock.who.account(tx).await? {
            let minutes = minutes(lock.seconds);
            let notice = SecurityNotification::SignInLocked { minutes };
            let change = Change::new(context, tx, &caller);
            change.notify(&user, notice).await?;
        }
        Ok(())
    })
    .await
}

/// Rounds up to whole minutes, at least one.
pub(crate) fn minutes(seconds: i64) -> u64 {
    u64::try_from(seconds.saturating_add(MINUTE - 1) / MINUTE)
        .unwrap_or(1)
        .max(1)
}
