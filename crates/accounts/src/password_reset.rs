//! Reset of a forgotten password in four steps: the login identifier, the mail, the link, the new
//! password.
//!
//! The first request looks up no account; it always enqueues a job, so that the response and its
//! time are the same for all input.

use doorward_domain::credentials::password::PasswordError;
use doorward_domain::model::mail::MailContent;
use doorward_domain::model::{
    AuditKind, EmailPurpose, EndReason, InteractionId, RevokeReason, User, UserId,
};
use doorward_domain::time::UnixSeconds;
use doorward_services::access_end::{self, EndingAccess};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Accounts, Core, Delivery, Limits};
use doorward_services::email_link::{self, InvalidLink};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::job_payload::AnonymousRequest;
use doorward_services::jobs::JobPayload;
use doorward_services::known_device::Account;
use doorward_services::transaction::in_plain_transaction;
use doorward_store::{StoreError, WriteTx, repo};

use super::anonymous_request;
use super::change::{Change, in_change};
use super::federation::roles;
use super::new_password::{self, AccountErrors, NewPassword};
use super::password_check;

/// Requests a reset, after which the interaction `flow` continues.
pub async fn request(
    core: &Core,
    delivery: &Delivery,
    identifier: &str,
    flow: Option<&InteractionId>,
    caller: &Caller,
) -> Result<(), ServerError> {
    let request = AnonymousRequest::new(identifier, caller).within(flow);
    let task = JobPayload::PasswordReset(request);
    anonymous_request::enqueue(core, delivery, &task).await
}

/// Mails a link to an active account, in the worker.
pub async fn mail_link(
    core: &Core,
    delivery: &Delivery,
    limits: &Limits,
    request: &AnonymousRequest,
) -> Result<(), ServerError> {
    let caller = request.caller(&core.random);
    in_plain_transaction(&core.db, async |tx| {
        let user = request.account(tx).await?;
        let mailed = match &user {
            Some(user) => {
                let flow = request.flow();
                let change = Change::new(core, delivery, tx, &caller);
                mail_to(change, limits, user, flow.as_ref()).await?
            }
            None => false,
        };
        let event = caller.event(AuditKind::PasswordResetRequested, mailed, core.now());
        let event = event.about_optional(user.as_ref().map(|user| user.id));
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await
}

async fn mail_to(
    change: Change<'_>,
    limits: &Limits,
    user: &User,
    flow: Option<&InteractionId>,
) -> Result<bool, ServerError> {
    let (core, tx, caller) = (change.core, change.tx, change.caller);
    let purpose = EmailPurpose::Reset;
    let issued = email_link::issue_anonymous(core, limits, tx, user, purpose, caller);
    let Some(token) = issued.await? else {
        return Ok(false);
    };
    let url = format!("{}/reset-password?token={}", core.issuer(), token.expose());
    let url = email_link::within(url, flow);
    change.mail(user, MailContent::Reset { url }).await?;
    Ok(true)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResetPasswordError {
    /// The link cannot be used.
    Link,
    /// The password is not accepted; the link remains valid.
    Problems(Box<AccountErrors>),
}

/// Returns the user whose password the token sets, and the purpose of the token: of a mailed link,
/// or of a sign-in with a temporary password.
pub async fn peek(
    core: &Core,
    token: &str,
) -> Result<(User, EmailPurpose), FlowError<InvalidLink>> {
    match email_link::peek(core, token, EmailPurpose::Reset).await {
        Ok((_, user)) => Ok((user, EmailPurpose::Reset)),
        Err(FlowError::Rejected(InvalidLink)) => {
            let (_, user) = email_link::peek(core, token, EmailPurpose::Replace).await?;
            Ok((user, EmailPurpose::Replace))
        }
        Err(error) => Err(error),
    }
}

/// Sets a new password by the token. Revokes all access given with the former one, and ends the
/// lockouts of the account. A mailed link also marks the address as verified. Returns the account, of
/// which the browser with the token is a known device.
pub async fn set_password(
    core: &Core,
    delivery: &Delivery,
    accounts: &Accounts,
    token: &str,
    new: &NewPassword,
    caller: &Caller,
) -> Result<Account, FlowError<ResetPasswordError>> {
    let (user, purpose) = peek(core, token).await.map_err(|error| error.map(link))?;
    let phc = hash_new(core, accounts, &user, new).await?;
    let (sessions, grants) = (EndReason::PasswordChanged, RevokeReason::PasswordChanged);
    let access = EndingAccess::all(user.id, sessions, grants);
    access_end::end_excess(&core.db, &access, core.now()).await?;
    in_change(core, delivery, caller, async |change| {
        let tx = change.tx;
        let (_, user) = email_link::consume(core, tx, token, purpose)
            .await
            .map_err(|error| error.map(link))?;
        let now = core.now();
        if purpose == EmailPurpose::Reset {
            if repo::users::is_unproved(tx, user.id).await? {
                remove_unverified_methods(tx, user.id, caller, now).await?;
            }
            repo::users::set_email_verified(tx, user.id, true, now).await?;
        }
        repo::users::update_password(tx, user.id, &phc, now).await?;
        repo::login_failures::unlock(tx, user.id, now).await?;
        end_everything(core, tx, &user).await?;
        let event = caller.own_event(AuditKind::PasswordReset, user.id, now);
        repo::audit::insert(tx, &event).await?;
        notify(change, &user).await?;
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

const fn link(_: InvalidLink) -> ResetPasswordError {
    ResetPasswordError::Link
}

/// Validates a new password for an account and hashes it.
pub(crate) async fn hash_new(
    core: &Core,
    accounts: &Accounts,
    user: &User,
    new: &NewPassword,
) -> Result<String, FlowError<ResetPasswordError>> {
    let mut problems = new_password::password_problems(core, user, new);
    if !problems.any()
        && user.password_change_required
        && password_check::check(core, accounts, Some(user), &new.password)
            .await?
            .is_right
    {
        problems.password = Some(PasswordError::Temporary);
    }
    if problems.any() {
        return Err(FlowError::Rejected(ResetPasswordError::Problems(Box::new(
            problems,
        ))));
    }
    Ok(accounts.hashing.hash(new.password.clone()).await?)
}

/// Revokes what a former password gave access to: sessions, grants, API keys, pending links. The
/// link that reverts a change of address remains, because it protects the user.
pub(crate) async fn end_everything(
    core: &Core,
    tx: &WriteTx,
    user: &User,
) -> Result<(), ServerError> {
    let now = core.now();
    // Pending sign-ins first: this waits for one that is just being completed, so that its session
    // is ended with the others.
    end_links(tx, user.id, now).await?;
    let reason = EndReason::PasswordChanged;
    repo::sessions::end_all_for_user(tx, user.id, None, reason, now).await?;
    repo::grants::revoke_for_user(tx, user.id, RevokeReason::PasswordChanged, now).await?;
    repo::api_keys::revoke_all_for_user(tx, user.id, now).await?;
    Ok(())
}

/// Revokes pending links, except the one that reverts a change of address, and sign-ins that wait
/// for their second factor, because they began with the former password.
pub async fn end_links(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<(), StoreError> {
    let purposes = EmailPurpose::ENDED_BY_CHANGE;
    repo::email_tokens::revoke_for_user(tx, user, &purposes, now).await?;
    repo::pending_sign_ins::remove_all(tx, user).await?;
    repo::email_sign_ins::disarm(tx, user).await?;
    Ok(())
}

pub(crate) async fn notify(change: Change<'_>, user: &User) -> Result<(), ServerError> {
    let url = format!("{}/forgot-password", change.core.issuer());
    change
        .mail(user, MailContent::PasswordChanged { url })
        .await
}
