//! Verification of an account's e-mail address.

use doorward_domain::model::mail::MailContent;
use doorward_domain::model::{AuditKind, EmailPurpose, InteractionId, User};
use doorward_domain::secret::OpaqueToken;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Core, Delivery, Limits};
use doorward_services::email_link::{self, InvalidLink};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::job_payload::AnonymousRequest;
use doorward_services::jobs::JobPayload;
use doorward_services::rate_limit::LimitStatus;
use doorward_services::signed_in::SignedIn;
use doorward_services::transaction::in_transaction;
use doorward_store::{WriteTx, repo};

use super::anonymous_request;

/// Mails the link, unless the hourly limit is exceeded.
pub(crate) async fn mail_link(
    core: &Core,
    delivery: &Delivery,
    tx: &WriteTx,
    user: &User,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<Result<(), LimitStatus>, ServerError> {
    let purpose = EmailPurpose::Verify;
    Ok(
        match email_link::issue(core, tx, user, purpose, &user.email).await? {
            Ok(token) => Ok(mail_token(core, delivery, tx, user, &token, flow, caller).await?),
            Err(consumed) => Err(consumed),
        },
    )
}

async fn mail_token(
    core: &Core,
    delivery: &Delivery,
    tx: &WriteTx,
    user: &User,
    token: &OpaqueToken,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let url = format!("{}/verify-email?token={}", core.issuer(), token.expose());
    let url = email_link::within(url, flow);
    let content = MailContent::Verify { url };
    email_link::mail_user(core, delivery, tx, user, content, caller).await
}

/// Mails the link at a sign-in, unless a valid one was already mailed.
pub(crate) async fn remind(
    core: &Core,
    delivery: &Delivery,
    tx: &WriteTx,
    user: &User,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let (purpose, now) = (EmailPurpose::Verify, core.now());
    if core.requires_verification_of(user)
        && !repo::email_tokens::exists_live(tx, user.id, purpose, now).await?
    {
        // If the limit is exceeded, the user waits for a later mail.
        let _ = mail_link(core, delivery, tx, user, flow, caller).await?;
    }
    Ok(())
}

/// Mails the link again, unless the hourly limit is exceeded.
pub async fn resend(
    core: &Core,
    delivery: &Delivery,
    signed_in: &SignedIn,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), FlowError<LimitStatus>> {
    let sent = in_transaction(&core.db, async |tx| {
        let sent = mail_link(core, delivery, tx, &signed_in.user, flow, caller).await?;
        sent.map_err(FlowError::Rejected)
    })
    .await;
    delivery.jobs.wake();
    sent
}

/// Enqueues another mail with the link, for a user who cannot sign in yet.
pub async fn request(
    core: &Core,
    delivery: &Delivery,
    identifier: &str,
    caller: &Caller,
) -> Result<(), ServerError> {
    let task = JobPayload::VerifyEmail(AnonymousRequest::new(identifier, caller));
    anonymous_request::enqueue(core, delivery, &task).await
}

/// Mails a link to an account with an unverified address, in the worker.
pub async fn mail_again(
    core: &Core,
    delivery: &Delivery,
    limits: &Limits,
    request: &AnonymousRequest,
) -> Result<(), ServerError> {
    let caller = request.caller(&core.random);
    let done: Result<(), FlowError> = in_transaction(&core.db, async |tx| {
        let user = request.account(tx).await?;
        if let Some(user) = user.filter(|user| core.requires_verification_of(user)) {
            let purpose = EmailPurpose::Verify;
            let issued = email_link::issue_anonymous(core, limits, tx, &user, purpose, &caller);
            if let Some(token) = issued.await? {
                mail_token(core, delivery, tx, &user, &token, None, &caller).await?;
            }
        }
        Ok(())
    })
    .await;
    done.map_err(FlowError::into_server_error)
}

/// Consumes the link and marks the address as verified.
pub async fn confirm(
    core: &Core,
    token: &str,
    caller: &Caller,
) -> Result<User, FlowError<InvalidLink>> {
    in_transaction(&core.db, async |tx| {
        let (_, user) = email_link::consume(core, tx, token, EmailPurpose::Verify).await?;
        let now = core.now();
        repo::users::set_email_verified(tx, user.id, true, now).await?;
        let event = caller
            .event(AuditKind::EmailVerified, true, now)
            .by(user.id)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        Ok(user)
    })
    .await
}
