//! Consequences of a change of an account, in the transaction of the change: revokes its access and
//! notifies its user.

use doorward_domain::model::mail::{MailContent, SecurityNotification, hidden};
use doorward_domain::model::{EmailPurpose, EndReason, RevokeReason};
use doorward_services::access_end::{self, EndedAccess, EndingAccess};
use doorward_services::caller::Caller;
use doorward_services::error::ServerError;
use doorward_services::outbox::MailOutbox;

use crate::affected::named_access;
use crate::prelude::*;

/// Returns the notification of a changed password; `None` without mail.
pub(crate) fn password_changed(context: &AdminContext<'_>) -> Option<MailContent> {
    let issuer = context.outbox.as_ref()?.issuer();
    let url = format!("{issuer}/forgot-password");
    Some(MailContent::PasswordChanged { url })
}

/// Returns the notification of a removed second factor or linked account; `None` without mail.
pub(crate) fn removed(
    context: &AdminContext<'_>,
    notice: SecurityNotification,
) -> Option<MailContent> {
    let issuer = context.outbox.as_ref()?.issuer();
    let url = format!("{issuer}/account/secure");
    Some(MailContent::Notice { notice, url })
}

/// Enqueues a notification to the former address. It does not contain the location of the administrator.
#[boxed(?Send)]
pub async fn enqueue(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    owner: &User,
    content: Option<MailContent>,
) -> Result<()> {
    if let (Some(outbox), Some(content)) = (&context.outbox, content) {
        post(context, outbox, tx, owner, content).await?;
    }
    Ok(())
}

pub(crate) async fn post(
    context: &AdminContext<'_>,
    outbox: &MailOutbox<'_>,
    tx: &WriteTx,
    owner: &User,
    content: MailContent,
) -> Result<(), ServerError> {
    let mut anonymous = Caller::of_server(&context.random);
    anonymous.lang = outbox.default_lang();
    outbox
        .enqueue(tx, owner, &owner.email, content, &anonymous, context.now())
        .await
}

/// Ends the links that were mailed to a former address, and mails a notification unless the
/// administrator wants none.
pub(crate) async fn follow_up(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &User,
    after: &User,
    is_notified: bool,
) -> Result<()> {
    if before.email != after.email {
        // Links sent to the former address must not work any more.
        let dead = EmailPurpose::ENDED_BY_CHANGE;
        repo::email_tokens::revoke_for_user(tx, before.id, &dead, context.now()).await?;
    }
    if !is_notified {
        return Ok(());
    }
    if before.email != after.email {
        let address = hidden(&after.email);
        let moved = MailContent::Changed { address, url: None };
        enqueue(context, tx, before, Some(moved)).await?;
    }
    if before.is_active() && !after.is_active() {
        enqueue(context, tx, before, Some(MailContent::SwitchedOff)).await?;
    }
    Ok(())
}

/// Ends the oldest access of an account with much of it, after the same checks as its change, which then
/// revokes the rest.
pub(crate) async fn end_excess(
    context: &AdminContext<'_>,
    id: UserId,
    reason: EndReason,
) -> Result<EndedAccess> {
    let read = context.db.read();
    if !repo::sessions::has_many(read, id).await? {
        return Ok(EndedAccess::default());
    }
    context.require_global("users:write")?;
    let found = repo::users::find_by_id(read, id).await?;
    let user = found.ok_or_else(|| AdminError::not_found("user", &id))?;
    context.not_oneself(id)?;
    context.check_power_over_user(read, id).await?;
    context.unchanged(&user)?;
    let access = EndingAccess::all(id, reason, RevokeReason::Administrator);
    Ok(access_end::end_excess(context.db, &access, context.now()).await?)
}

/// Revokes all access of an account: sessions, pending sign-ins, grants, API keys and mail links.
/// The link that reverts a change of address remains, because it protects the user.
pub(crate) async fn revoke_all_access(
    tx: &WriteTx,
    id: UserId,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<EndedAccess, StoreError> {
    let named = named_access(tx, id, now).await?;
    let access = EndingAccess::all(id, reason, RevokeReason::Administrator);
    let ended = access.end(tx, now).await?;
    Ok(EndedAccess { named, ..ended })
}

pub(crate) async fn remove_factors(tx: &WriteTx, id: UserId) -> Result<bool, StoreError> {
    repo::recovery_codes::remove_all(tx, id).await?;
    let passkeys = repo::passkeys::remove_all(tx, id).await?;
    let had_app = repo::totp_factors::remove(tx, id).await?;
    Ok(had_app || passkeys > 0)
}
