//! Moving an account to another address: proved at the new one, told to the former one, which can
//! take it back for three days (RC-6).

use doorward_domain::model::{AuditKind, EmailPurpose, EndReason, RevokeReason, User};
use doorward_domain::rules::identifier::{self, IdentifierError};
use doorward_domain::secret::Secret;
use doorward_email::message::{MailContent, hidden};
use doorward_store::{StoreError, WriteTx, repo};

use super::email_link::{self, InvalidLink};
use super::password;
use super::password::PasswordCheckError;
use super::signed_in::SignedIn;
use super::transaction::in_transaction;
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::FlowError;
use crate::rate_limit::LimitStatus;
use crate::state::State;

/// Why no mail was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeEmailError {
    /// That is not the password.
    WrongPassword,
    /// Too many wrong ones: it has to wait.
    Wait(LimitStatus),
    /// No account can have that address.
    Address(IdentifierError),
    /// It is the address of the account already.
    Same,
    /// Too many mails within the hour.
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

/// The first step: a mail to the new address. Whether somebody has it is not said.
pub async fn request(
    state: &State,
    who: &SignedIn,
    address: &str,
    current: &Secret<String>,
    caller: &Caller,
) -> Result<(), FlowError<ChangeEmailError>> {
    let address = address.trim();
    let refused = |refusal| Err(FlowError::Rejected(refusal));
    let key = match identifier::email_key(address) {
        Ok(key) => key,
        Err(problem) => return refused(ChangeEmailError::Address(problem)),
    };
    if address == who.user.email {
        return refused(ChangeEmailError::Same);
    }
    let kind = AuditKind::EmailChangeRequested;
    password::prove(state, who, current, kind, caller)
        .await
        .map_err(|error| error.map(ChangeEmailError::from))?;
    let done = in_transaction(&state.db, async |tx| {
        let user = &who.user;
        let purpose = EmailPurpose::Change;
        let token = match email_link::issue(state, tx, user, purpose, address).await? {
            Ok(token) => token,
            Err(spent) => return Err(FlowError::Rejected(ChangeEmailError::EnoughMails(spent))),
        };
        let owner = repo::users::find_by_identifier(tx, &key).await?;
        let somebody = owner.filter(|owner| owner.id != user.id);
        let (to, content) = if let Some(owner) = somebody {
            // The link dies unread; its owner learns that somebody tried.
            let url = format!("{}/login", state.issuer());
            (owner, MailContent::KnownAddress { url })
        } else {
            let place = "account/email/confirm";
            let url = format!("{}/{place}?token={}", state.issuer(), token.expose());
            (user.clone(), MailContent::Change { url })
        };
        email_link::enqueue_mail(state, tx, &to, address, content, caller).await?;
        let event = caller.event(kind, true, state.now()).by(user.id);
        repo::audit::insert(tx, &event.about(user.id)).await?;
        Ok(())
    })
    .await;
    state.jobs.wake();
    done
}

/// The second step: who reads the new address moves the account there. The former address gets the
/// way back, if it was proved or nobody has to prove theirs.
pub async fn confirm(
    state: &State,
    token: &str,
    caller: &Caller,
) -> Result<User, FlowError<InvalidLink>> {
    let done = in_transaction(&state.db, async |tx| {
        let purpose = EmailPurpose::Change;
        let (link, former) = email_link::spend(state, tx, token, purpose).await?;
        let moved = move_to(state, tx, &former, &link.email).await?;
        // Where no address is proved, the former one is the best that is known of the person.
        let undo = if former.email_verified || !state.config.requires_verified_email() {
            let purpose = EmailPurpose::Undo;
            let link = email_link::issue(state, tx, &former, purpose, &former.email).await?;
            link.ok()
        } else {
            None
        };
        let content = MailContent::Changed {
            address: hidden(&moved.email),
            url: undo.map(|token| {
                let token = token.expose();
                format!("{}/account/email/undo?token={token}", state.issuer())
            }),
        };
        email_link::enqueue_mail(state, tx, &former, &former.email, content, caller).await?;
        let event = caller
            .event(AuditKind::EmailChanged, true, state.now())
            .by(former.id)
            .about(former.id);
        repo::audit::insert(tx, &event).await?;
        Ok(moved)
    })
    .await;
    state.jobs.wake();
    done
}

/// The way back, for who reads the former address: whoever moved the account may hold its sessions
/// and its password, so everything ends.
pub async fn undo(
    state: &State,
    token: &str,
    caller: &Caller,
) -> Result<User, FlowError<InvalidLink>> {
    let done = in_transaction(&state.db, async |tx| {
        let purpose = EmailPurpose::Undo;
        let (link, user) = email_link::spend(state, tx, token, purpose).await?;
        let restored = move_to(state, tx, &user, &link.email).await?;
        let now = state.now();
        // First, so that a session which one of them begins meanwhile ends with the others.
        repo::pending_sign_ins::remove_all(tx, user.id).await?;
        repo::email_sign_ins::disarm(tx, user.id).await?;
        let reason = EndReason::PasswordChanged;
        repo::sessions::end_all_for_user(tx, user.id, None, reason, now).await?;
        let reason = RevokeReason::PasswordChanged;
        repo::grants::revoke_for_user(tx, user.id, reason, now).await?;
        repo::api_keys::revoke_all_for_user(tx, user.id, now).await?;
        // A later move has a way back too, and that would lead to whoever made it.
        repo::email_tokens::revoke_for_user(tx, user.id, &EmailPurpose::ALL, now).await?;
        let event = caller
            .event(AuditKind::EmailChangeUndone, true, now)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        let url = format!("{}/forgot-password", state.issuer());
        let content = MailContent::Restored { url };
        email_link::enqueue_mail(state, tx, &restored, &restored.email, content, caller).await?;
        Ok(restored)
    })
    .await;
    state.jobs.wake();
    done
}

/// Moves the account to an address that was just proved. Links to the former one are dead; the
/// unique index has the last word on whether the address is free.
async fn move_to(
    state: &State,
    tx: &WriteTx,
    user: &User,
    address: &str,
) -> Result<User, FlowError<InvalidLink>> {
    let key = identifier::email_key(address).map_err(|_| FlowError::Rejected(InvalidLink))?;
    let now = state.now();
    let moved = User {
        email: address.to_owned(),
        email_key: key,
        email_verified: true,
        updated_at: now,
        ..user.clone()
    };
    // These columns alone: the rest may have been changed since it was read.
    match repo::users::update_email(tx, &moved).await {
        Ok(_) => {}
        // Somebody has taken the address meanwhile.
        Err(error) if error.is_conflict_on("email_key") => {
            return Err(FlowError::Rejected(InvalidLink));
        }
        Err(error) => return Err(StoreError::into(error)),
    }
    let dead = EmailPurpose::ENDED_BY_CHANGE;
    repo::email_tokens::revoke_for_user(tx, user.id, &dead, now).await?;
    Ok(moved)
}
