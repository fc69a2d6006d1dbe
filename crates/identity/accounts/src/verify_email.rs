//! Verification of an account's e-mail address.

use doorward_services::email_link;

use crate::change::{Change, in_change, in_plain_change};
use crate::prelude::*;

/// Mails the link, unless the hourly limit is exceeded.
pub(crate) async fn mail_link(
    change: Change<'_>,
    user: &User,
    flow: Option<&InteractionId>,
) -> Result<Result<(), LimitStatus>> {
    let purpose = EmailPurpose::Verify;
    let issued = email_link::issue(change.core, change.tx, user, purpose, &user.email).await?;
    Ok(match issued {
        Ok(token) => Ok(mail_token(change, user, &token, flow).await?),
        Err(consumed) => Err(consumed),
    })
}

async fn mail_token(
    change: Change<'_>,
    user: &User,
    token: &OpaqueToken,
    flow: Option<&InteractionId>,
) -> Result<()> {
    let url = change.url(&format!("/verify-email?token={}", token.expose()));
    let url = email_link::within(url, flow);
    change.mail(user, MailContent::Verify { url }).await
}

/// Mails the link at a sign-in, unless a valid one was already mailed.
pub(crate) async fn remind(
    change: Change<'_>,
    user: &User,
    flow: Option<&InteractionId>,
) -> Result<()> {
    let (core, purpose) = (change.core, EmailPurpose::Verify);
    if core.requires_verification_of(user)
        && !repo::email_tokens::exists_live(change.tx, user.id, purpose, core.now()).await?
    {
        // If the limit is exceeded, the user waits for a later mail.
        let _ = mail_link(change, user, flow).await?;
    }
    Ok(())
}

/// Mails the link again, unless the hourly limit is exceeded.
#[boxed(?Send)]
pub async fn resend(
    context: &Context,
    signed_in: &SignedIn,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> FlowResult<(), LimitStatus> {
    in_change(context, caller, async |change| {
        let sent = mail_link(change, &signed_in.user, flow).await?;
        sent.map_err(FlowError::Rejected)
    })
    .await
}

/// Enqueues another mail with the link, for a user who cannot sign in yet.
#[boxed(?Send)]
pub async fn request(context: &Context, identifier: &str, caller: &Caller) -> Result<()> {
    let job = JobPayload::VerifyEmail(AnonymousRequest::new(identifier, caller));
    in_plain_change(context, caller, async |change| {
        change.enqueue_anonymous(&job).await
    })
    .await
}

/// Mails a link to an account with an unverified address, in the worker.
#[boxed(?Send)]
pub async fn mail_again(context: &Context, request: &AnonymousRequest) -> Result<()> {
    let core = &context.core;
    let caller = request.caller(&core.random);
    in_plain_transaction(&core.db, async |tx| {
        let change = Change::new(context, tx, &caller);
        let user = request.account(tx).await?;
        if let Some(user) = user.filter(|user| core.requires_verification_of(user)) {
            let purpose = EmailPurpose::Verify;
            let issued = email_link::issue_anonymous(context, tx, &user, purpose, &caller);
            if let Some(token) = issued.await? {
                mail_token(change, &user, &token, None).await?;
            }
        }
        Ok(())
    })
    .await
}

/// Consumes the link and marks the address as verified.
#[boxed(?Send)]
pub async fn confirm(core: &Core, token: &str, caller: &Caller) -> FlowResult<User, InvalidLink> {
    in_transaction(&core.db, async |tx| {
        let (_, user) = email_link::consume(core, tx, token, EmailPurpose::Verify).await?;
        let now = core.now();
        repo::users::set_email_verified(tx, user.id, true, now).await?;
        let event = caller.own_event(AuditKind::EmailVerified, user.id, now);
        repo::audit::insert(tx, &event).await?;
        Ok(user)
    })
    .await
}
