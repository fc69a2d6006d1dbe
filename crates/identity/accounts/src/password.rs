//! The check of a typed password, the only one: at sign-in, on pages and in the JSON API; and the
//! change of the password by a user who knows the current one.

use doorward_domain::credentials::password::PasswordError;
use doorward_domain::model::GrantId;
use doorward_services::access_end;
use doorward_services::hashing::PasswordQuestion;
use doorward_services::limits;
use doorward_store::repo::grants::GrantsOfUser;

use super::change;
use super::new_password::{self, AccountErrors, NewPassword};
use crate::change::in_change;
use crate::prelude::*;

#[derive(Debug)]
pub struct Change {
    pub current: Secret<String>,
    pub new: NewPassword,
    pub end_others: bool,
    /// The grant of the requesting client, which is kept.
    pub keep: Option<GrantId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChangePasswordError {
    WrongPassword,
    /// Too many wrong passwords: the account is locked out.
    Wait(LimitStatus),
    Problems(Box<AccountErrors>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PasswordCheckError {
    Wrong,
    /// Too many attempts: the password was not checked.
    Wait(LimitStatus),
}

impl From<PasswordCheckError> for ChangePasswordError {
    fn from(unproved: PasswordCheckError) -> Self {
        match unproved {
            PasswordCheckError::Wrong => Self::WrongPassword,
            PasswordCheckError::Wait(budget) => Self::Wait(budget),
        }
    }
}

/// Checks the user's current password, and returns its stored hash. Each attempt is counted on the
/// account beforehand, and a wrong password is recorded.
pub(crate) async fn prove(
    context: &Context,
    signed_in: &SignedIn,
    password: &Secret<String>,
    kind: AuditKind,
    caller: &Caller,
) -> FlowResult<String, PasswordCheckError> {
    let (core, limiter) = (&context.core, &context.limits.rate_limiter);
    let user = signed_in.user.id;
    let admitted = limiter.admit_proof(&core.db, user, core.now()).await;
    let pass = admitted.map_err(|error| error.map(PasswordCheckError::Wait))?;
    let check = check(context, Some(&signed_in.user), password).await;
    let check: FlowResult<_, PasswordCheckError> = check.map_err(FlowError::Server);
    limiter.withdraw(&pass, &check).await;
    let check = check?;
    let done = in_recording_transaction(&core.db, async |tx| {
        let checked = &check.checked;
        if check.is_right && repo::users::confirm_password_hash(tx, user, checked, checked).await? {
            limits::record_success(tx, &pass).await?;
            return Ok(check.checked.clone());
        }
        let now = core.now();
        let wait = limiter.record_failure(tx, &pass, now).await?;
        let event = caller
            .event(kind, false, now)
            .by(user)
            .about(user)
            .with("reason", "wrong password")
            .with_optional("wait", wait.map(|wait| wait.seconds));
        repo::audit::insert(tx, &event).await?;
        Err(FlowError::Rejected(PasswordCheckError::Wrong))
    })
    .await;
    limiter.withdraw(&pass, &done).await;
    done
}

#[derive(Debug)]
pub(crate) struct PasswordCheck {
    /// True if the password is right and the account is not disabled.
    pub is_right: bool,
    /// The stored hash of the password; empty without one. Compare it again in the transaction that
    /// relies on the check.
    pub checked: String,
}

/// Checks a password. Takes the same work whether the account is unknown, disabled, imported or
/// already migrated, or its password withdrawn, unless the password is right (ASVS 5.0 §6.3.8,
/// decision 78). There is no length policy: the password was accepted where it was set.
///
/// If the password is right and its hash has another algorithm or cost than the configured ones, it
/// is replaced.
pub(crate) async fn check(
    context: &Context,
    user: Option<&User>,
    password: &Secret<String>,
) -> Result<PasswordCheck> {
    let stored = user.and_then(|user| user.password_hash.clone());
    let is_open = user.is_some_and(|user| user.is_active() && user.has_password());
    let is_right = verify(context, is_open, stored.clone(), password).await?;
    let checked = stored.unwrap_or_default();
    let checked = match user {
        Some(user) if is_right && context.accounts.hashing.needs_rehash(Some(&checked)) => {
            replace(context, user, checked, password).await?
        }
        _ => checked,
    };
    Ok(PasswordCheck { is_right, checked })
}

async fn verify(
    context: &Context,
    is_open: bool,
    stored: Option<String>,
    password: &Secret<String>,
) -> Result<bool> {
    let Context { core, accounts, .. } = context;
    let question = PasswordQuestion {
        stored,
        is_open,
        password: password.clone(),
        foreign: accounts.foreign_forms.dummies(&core.db).await?,
    };
    Ok(accounts.hashing.verify(question).await?)
}

/// Replaces the hash of a right password, and returns the stored one: that of a concurrent sign-in
/// if it was faster, and `checked` if the password has changed.
async fn replace(
    context: &Context,
    user: &User,
    checked: String,
    password: &Secret<String>,
) -> Result<String> {
    let Context { core, accounts, .. } = context;
    let hashed = accounts.hashing.hash(password.clone()).await?;
    let replaced = in_plain_transaction(&core.db, async |tx| {
        Ok(repo::users::confirm_password_hash(tx, user.id, &checked, &hashed).await?)
    });
    if replaced.await? {
        return Ok(hashed);
    }
    let present = repo::users::find_by_id(core.db.read(), user.id).await?;
    let present = present.and_then(|user| user.password_hash);
    let is_same = verify(context, user.is_active(), present.clone(), password).await?;
    Ok(present.filter(|_| is_same).unwrap_or(checked))
}

pub(crate) async fn hash_new(
    context: &Context,
    user: &User,
    new: &NewPassword,
) -> FlowResult<String, Box<AccountErrors>> {
    let mut problems = new_password::password_problems(&context.core, user, new);
    if !problems.any()
        && (user.password_change_required || user.password_withdrawn_at.is_some())
        && verify(context, true, user.password_hash.clone(), &new.password).await?
    {
        problems.password = Some(PasswordError::Temporary);
    }
    if problems.any() {
        return Err(FlowError::Rejected(Box::new(problems)));
    }
    Ok(context.accounts.hashing.hash(new.password.clone()).await?)
}

pub(crate) async fn notify(change: change::Change<'_>, user: &User) -> Result<()> {
    let url = change.url("/forgot-password");
    change
        .mail(user, MailContent::PasswordChanged { url })
        .await
}

/// Sets the new password. The session of this browser continues with a new cookie (ASVS 5.0
/// §7.2.4).
#[boxed(?Send)]
pub async fn change(
    context: &Context,
    signed_in: &SignedIn,
    change: &Change,
    caller: &Caller,
) -> FlowResult<NewSession, ChangePasswordError> {
    let core = &context.core;
    let kind = AuditKind::PasswordChanged;
    let checked = prove(context, signed_in, &change.current, kind, caller)
        .await
        .map_err(|error| error.map(ChangePasswordError::from))?;
    let hashed = hash_new(context, &signed_in.user, &change.new).await;
    let phc = hashed.map_err(|error| error.map(ChangePasswordError::Problems))?;
    let (ended, revoked) = (EndReason::PasswordChanged, RevokeReason::PasswordChanged);
    let grants = change.keep.map_or(GrantsOfUser::All, GrantsOfUser::Except);
    if change.end_others {
        let access = EndingAccess {
            user: signed_in.user.id,
            except: Some(signed_in.session.id),
            sessions: Some(ended),
            grants: Some((grants, revoked)),
        };
        access_end::end_excess(&core.db, &access, core.now()).await?;
    }
    in_change(context, caller, async |change_of_password| {
        let (tx, now) = (change_of_password.tx, core.now());
        let id = signed_in.user.id;
        let present = repo::users::find_by_id(tx, id).await?.filter(|user| {
            // The checked password must still be the current one.
            user.is_active() && user.has_password() && user.password_hash.as_ref() == Some(&checked)
        });
        let Some(user) = present else {
            return Err(FlowError::Rejected(ChangePasswordError::WrongPassword));
        };
        repo::users::update_password(tx, id, &phc, now).await?;
        access_end::end_links(tx, id, now).await?;
        // A holder of the former password may have marked a browser as trusted (decision 62).
        repo::trusted_devices::remove_all(tx, id).await?;
        if change.end_others {
            repo::sessions::end_all_for_user(tx, id, Some(signed_in.session.id), ended, now)
                .await?;
            repo::grants::revoke_of_user(tx, id, grants, revoked, now).await?;
        }
        let event = change_of_password.own_event(kind, id);
        let event = event.with("others_ended", change.end_others);
        change_of_password.record(&event).await?;
        notify(change_of_password, &user).await?;
        let user = User {
            password_hash: Some(phc.clone()),
            password_changed_at: Some(now),
            password_change_required: false,
            password_withdrawn_at: None,
            ..user
        };
        // The cookie is renewed, with the same authentication.
        let beginning = SessionStart {
            user: &user,
            authentication: &signed_in.session.authentication,
            remember: signed_in.session.remember,
            upstream: None,
            before: Some(signed_in),
        };
        Ok(session::start(core, tx, &beginning, caller).await?)
    })
    .await
}
