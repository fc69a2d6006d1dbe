//! Reset of a forgotten password in four steps: the login identifier, the mail, the link, the new
//! password.
//!
//! The first request looks up no account; it always enqueues a job, so that the response and its
//! time are the same for all input.

use doorward_services::access_end;
use doorward_services::email_link;
use doorward_services::known_device::Account;

use super::federation::roles;
use super::new_password::{AccountErrors, NewPassword};
use super::password;
use super::password_source;
use crate::change::{Change, in_change, in_plain_change};
use crate::prelude::*;

/// Requests a reset, after which the interaction `flow` continues.
#[boxed(?Send)]
pub async fn request(
    context: &Context,
    identifier: &str,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<()> {
    let request = AnonymousRequest::new(identifier, caller).within(flow);
    let job = JobPayload::PasswordReset(request);
    in_plain_change(context, caller, async |change| {
        change.enqueue_anonymous(&job).await
    })
    .await
}

/// Mails a link to an active account, in the worker.
#[boxed(?Send)]
pub async fn mail_link(context: &Context, request: &AnonymousRequest) -> Result<()> {
    let core = &context.core;
    let caller = request.caller(&core.random);
    let account = request.account(core.db.read()).await?;
    let is_elsewhere = match &account {
        Some(user) => password_source::managed(core, user.id).await?.is_some(),
        None => false,
    };
    in_plain_transaction(&core.db, async |tx| {
        let change = Change::new(context, tx, &caller);
        let user = request.account(tx).await?;
        let mailed = match &user {
            // Another system has the password.
            Some(_) if is_elsewhere => false,
            Some(user) => mail_to(change, user, request.flow().as_ref()).await?,
            None => false,
        };
        let event = change.event(AuditKind::PasswordResetRequested, mailed);
        let event = event.about_optional(user.as_ref().map(|user| user.id));
        Ok(change.record(&event).await?)
    })
    .await
}

async fn mail_to(change: Change<'_>, user: &User, flow: Option<&InteractionId>) -> Result<bool> {
    let Change {
        context,
        tx,
        caller,
        ..
    } = change;
    let purpose = EmailPurpose::Reset;
    let issued = email_link::issue_anonymous(context, tx, user, purpose, caller);
    let Some(token) = issued.await? else {
        return Ok(false);
    };
    let url = change.url(&format!("/reset-password?token={}", token.expose()));
    let url = email_link::within(url, flow);
    change.mail(user, MailContent::Reset { url }).await?;
    Ok(true)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResetPasswordError {
    Link,
    /// The password is not accepted; the link remains valid.
    Problems(Box<AccountErrors>),
}

/// Returns the user whose password the token sets, and the purpose of the token: of a mailed link,
/// or of a sign-in with a temporary password.
#[boxed(?Send)]
pub async fn peek(core: &Core, token: &str) -> FlowResult<(User, EmailPurpose), InvalidLink> {
    match email_link::peek(core, token, EmailPurpose::Reset).await {
        Ok((_, user)) => Ok((user, EmailPurpose::Reset)),
        Err(FlowError::Rejected(InvalidLink)) => {
            let (_, user) = email_link::peek(core, token, EmailPurpose::Replace).await?;
            Ok((user, EmailPurpose::Replace))
        }
        Err(error) => Err(error),
    }
}

/// Sets a new password by the token, ends all access given with the former one, and ends lockouts. A
/// mailed link also verifies the address. The browser is a known device of the returned account.
#[boxed(?Send)]
pub async fn set_password(
    context: &Context,
    token: &str,
    new: &NewPassword,
    caller: &Caller,
) -> FlowResult<Account, ResetPasswordError> {
    let core = &context.core;
    let link = |error: FlowError<InvalidLink>| error.map(|InvalidLink| ResetPasswordError::Link);
    let (user, purpose) = peek(core, token).await.map_err(link)?;
    let hashed = password::hash_new(context, &user, new).await;
    let phc = hashed.map_err(|error| error.map(ResetPasswordError::Problems))?;
    let (sessions, grants) = (EndReason::PasswordChanged, RevokeReason::PasswordChanged);
    let access = EndingAccess::all(user.id, sessions, grants);
    access_end::end_excess(&core.db, &access, core.now()).await?;
    in_change(context, caller, async |change| {
        let (tx, now) = (change.tx, change.now());
        let consumed = email_link::consume(core, tx, token, purpose).await;
        let (_, user) = consumed.map_err(link)?;
        if purpose == EmailPurpose::Reset {
            if repo::users::is_unproved(tx, user.id).await? {
                remove_unverified_methods(tx, user.id, caller, now).await?;
            }
            repo::users::set_email_verified(tx, user.id, true, now).await?;
        }
        repo::users::update_password(tx, user.id, &phc, now).await?;
        repo::login_failures::unlock(tx, user.id, now).await?;
        access.end(tx, now).await?;
        let event = change.own_event(AuditKind::PasswordReset, user.id);
        change.record(&event).await?;
        password::notify(change, &user).await?;
        Ok(Account {
            id: user.id,
            password_changed_at: Some(now),
        })
    })
    .await
}

/// Removes the sign-in methods of an account whose address was never verified, because another
/// party may have created it: linked accounts with their roles, passkeys, the authenticator app.
pub(super) async fn remove_unverified_methods(
    tx: &WriteTx,
    user: UserId,
    caller: &Caller,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    roles::end_all(tx, user, caller, now).await?;
    repo::passkeys::remove_all(tx, user).await?;
    repo::totp_factors::remove(tx, user).await?;
    repo::recovery_codes::remove_all(tx, user).await?;
    Ok(())
}
