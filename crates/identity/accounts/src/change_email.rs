//! Change of an account's e-mail address: verified at the new address, reported to the former one,
//! which can revert it for three days.

use doorward_domain::model::mail::hidden;
use doorward_rules::identifier;
use doorward_services::access_end;
use doorward_services::email_link;

use super::password::{self, PasswordCheckError};
use crate::change::{Change, in_change};
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeEmailError {
    WrongPassword,
    /// Too many wrong passwords: the account is locked out.
    Wait(LimitStatus),
    Address(IdentifierError),
    Same,
    EnoughMails(LimitStatus),
}

impl From<PasswordCheckError> for ChangeEmailError {
    fn from(unproved: PasswordCheckError) -> Self {
        match unproved {
            PasswordCheckError::Wrong => Self::WrongPassword,
            PasswordCheckError::Wait(budget) => Self::Wait(budget),
        }
    }
}

/// Requests a change with a mail to the new address. The response does not reveal whether the
/// address is in use.
#[boxed(?Send)]
pub async fn request(
    context: &Context,
    signed_in: &SignedIn,
    address: &str,
    current: &Secret<String>,
    caller: &Caller,
) -> FlowResult<(), ChangeEmailError> {
    let core = &context.core;
    let address = address.trim();
    let reject = |rejection| Err(FlowError::Rejected(rejection));
    let key = match identifier::mailable_key(address, core.config.mails_beyond_ascii()) {
        Ok(key) => key,
        Err(problem) => return reject(ChangeEmailError::Address(problem)),
    };
    if address == signed_in.user.email {
        return reject(ChangeEmailError::Same);
    }
    let kind = AuditKind::EmailChangeRequested;
    password::prove(context, signed_in, current, kind, caller)
        .await
        .map_err(|error| error.map(ChangeEmailError::from))?;
    in_change(context, caller, async |change| {
        let (tx, user) = (change.tx, &signed_in.user);
        let issued = email_link::issue(core, tx, user, EmailPurpose::Change, address).await?;
        let limited = |status| FlowError::Rejected(ChangeEmailError::EnoughMails(status));
        let token = issued.map_err(limited)?;
        let owner = repo::users::find_by_identifier(tx, &key).await?;
        let other = owner.filter(|owner| owner.id != user.id);
        let (to, content) = if let Some(owner) = other {
            // This link is never sent; the address's user is notified of the attempt.
            let url = change.url("/login");
            (owner, MailContent::KnownAddress { url })
        } else {
            let path = format!("/account/email/confirm?token={}", token.expose());
            let url = change.url(&path);
            (user.clone(), MailContent::Change { url })
        };
        email_link::enqueue_mail(context, tx, &to, address, content, caller).await?;
        change.record(&change.own_event(kind, user.id)).await?;
        Ok(())
    })
    .await
}

/// Confirms a change by the link sent to the new address. The former address receives a link that
/// reverts it, if that address was verified or the deployment does not require verification.
#[boxed(?Send)]
pub async fn confirm(
    context: &Context,
    token: &str,
    caller: &Caller,
) -> FlowResult<User, InvalidLink> {
    in_change(context, caller, async |change| {
        let Change { core, tx, .. } = change;
        let purpose = EmailPurpose::Change;
        let (link, former) = email_link::consume(core, tx, token, purpose).await?;
        let moved = move_to(core, tx, &former, &link.email).await?;
        // Without verification, the former address is the best contact known.
        let undo = if former.email_verified || !core.config.requires_verified_email() {
            let purpose = EmailPurpose::Undo;
            let link = email_link::issue(core, tx, &former, purpose, &former.email).await?;
            link.ok()
        } else {
            None
        };
        let content = MailContent::Changed {
            address: hidden(&moved.email),
            url: undo
                .map(|token| change.url(&format!("/account/email/undo?token={}", token.expose()))),
        };
        change.mail(&former, content).await?;
        let event = change.own_event(AuditKind::EmailChanged, former.id);
        change.record(&event).await?;
        Ok(moved)
    })
    .await
}

/// Reverts a change by the link sent to the former address. Revokes all access, because an attacker
/// who changed the address may have sessions and the password.
#[boxed(?Send)]
pub async fn undo(
    context: &Context,
    token: &str,
    caller: &Caller,
) -> FlowResult<User, InvalidLink> {
    let (core, purpose) = (&context.core, EmailPurpose::Undo);
    let (_, user) = email_link::peek(core, token, purpose).await?;
    let (sessions, grants) = (EndReason::PasswordChanged, RevokeReason::PasswordChanged);
    let access = EndingAccess::all(user.id, sessions, grants);
    access_end::end_excess(&core.db, &access, core.now()).await?;
    in_change(context, caller, async |change| {
        let (tx, now) = (change.tx, change.now());
        let (link, user) = email_link::consume(core, tx, token, purpose).await?;
        let restored = move_to(core, tx, &user, &link.email).await?;
        access.end(tx, now).await?;
        // A later change has a revert link too, which would lead to the attacker's address.
        repo::email_tokens::revoke_for_user(tx, user.id, &[purpose], now).await?;
        let event = change.event(AuditKind::EmailChangeUndone, true);
        change.record(&event.about(user.id)).await?;
        let url = change.url("/forgot-password");
        change
            .mail(&restored, MailContent::Restored { url })
            .await?;
        Ok(restored)
    })
    .await
}

/// Sets an address that was just verified, and revokes links to the former one. The unique index
/// finally decides whether the address is free.
async fn move_to(
    core: &Core,
    tx: &WriteTx,
    user: &User,
    address: &str,
) -> FlowResult<User, InvalidLink> {
    let key = identifier::email_key(address).map_err(|_| FlowError::Rejected(InvalidLink))?;
    let now = core.now();
    let moved = User {
        email: address.to_owned(),
        email_key: key,
        email_verified: true,
        updated_at: now,
        ..user.clone()
    };
    // Only these columns, because others may have changed since they were read.
    match repo::users::update_email(tx, &moved).await {
        Ok(_) => {}
        // The address was taken in the meantime.
        Err(error) if error.is_conflict_on("email_key") => {
            return Err(FlowError::Rejected(InvalidLink));
        }
        Err(error) => return Err(StoreError::into(error)),
    }
    let dead = EmailPurpose::ENDED_BY_CHANGE;
    repo::email_tokens::revoke_for_user(tx, user.id, &dead, now).await?;
    Ok(moved)
}
