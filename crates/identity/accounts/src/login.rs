//! Sign-in with a password.

use doorward_domain::model::TrustedDeviceId;
use doorward_rules::assurance;
use doorward_services::context::Accounts;
use doorward_services::email_link;
use doorward_services::known_device::KnownDevice;
use doorward_services::limits::{self, AttemptPermit};

use super::notification::{self, notify_new_device};
use super::password;
use super::password_source::{self, Question, SourceAnswer, SourceDenial};
use super::second_factor::pending::{self, FirstStep};
use super::trusted_device;
use super::verify_email;
use crate::change::Change;
use crate::prelude::*;

#[derive(Debug)]
pub struct Attempt {
    pub pass: AttemptPermit,
    /// The user name or e-mail address, as typed.
    pub identifier: String,
    pub password: Secret<String>,
    pub remember: bool,
    pub interaction: Option<Interaction>,
    pub before: Option<SignedIn>,
    /// SHA-256 of the browser's cookie.
    pub browser: TokenHash,
    /// The account page to show afterwards.
    pub next: Option<String>,
}

#[derive(Debug)]
pub enum SignIn {
    Done(Box<NewSession>),
    SecondStep(AttemptId),
}

/// The result of a right password, which may be temporary.
#[derive(Debug)]
pub enum PasswordSignIn {
    Own(SignIn),
    /// The password is temporary: this token sets another one.
    Temporary(OpaqueToken),
}

/// A rejected sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rejected {
    /// An unknown login identifier, a wrong password or a disabled account. The caller does not learn
    /// which.
    Uniform,
    /// The text with this key: another system has accepted the password, and closed the account.
    Said(&'static str),
}

/// A checked password.
struct Checked {
    user: Option<User>,
    is_right: bool,
    by: CheckedBy,
}

enum CheckedBy {
    /// This server. The stored hash was compared.
    Hash(String),
    Source(String),
    Denial(SourceDenial),
}

impl Checked {
    fn rejection(&self) -> Rejected {
        match &self.by {
            CheckedBy::Denial(SourceDenial {
                said: Some(key), ..
            }) => Rejected::Said(key),
            _ => Rejected::Uniform,
        }
    }

    /// Returns true if the checked password is still the current one. A reset waits for this transaction,
    /// and this for a reset.
    async fn is_current(&self, tx: &WriteTx, user: UserId) -> Result<bool, StoreError> {
        match &self.by {
            CheckedBy::Hash(hash) => repo::users::confirm_password_hash(tx, user, hash, hash).await,
            CheckedBy::Source(_) => {
                let present = repo::users::find_locked(tx, user).await?;
                Ok(present.is_some_and(|user| user.is_active()))
            }
            CheckedBy::Denial(_) => Ok(false),
        }
    }
}

/// Counts a sign-in before its password is checked.
#[boxed(?Send)]
pub async fn admit(
    context: &Context,
    identifier: &str,
    device: Option<&KnownDevice>,
    interaction: Option<&Interaction>,
    caller: &Caller,
) -> FlowResult<AttemptPermit, LimitStatus> {
    let (core, limits) = (&context.core, &context.limits);
    let now = core.now();
    let limiter = &limits.rate_limiter;
    let admitted = limiter.admit_sign_in(&core.db, identifier, device, caller, now);
    admitted.await.map_err(|error| {
        error.map(|rejection| {
            let failure = EndedAttempt::failure(AttemptStep::Password, rejection.rule)
                .by(rejection.user)
                .typed(identifier)
                .within(interaction)
                .with("wait", rejection.status.reset);
            limits.attempts.record(now, failure, caller);
            rejection.status
        })
    })
}

/// Rejects a sign-in while the hashing queue is full, before it has cost anything, so that many
/// sign-ins do not delay other requests.
pub fn expect_room(accounts: &Accounts) -> Result<()> {
    Ok(accounts.hashing.expect_room()?)
}

/// Asks the system that has the password of the user, or compares its hash.
async fn check(context: &Context, user: Option<User>, attempt: &Attempt) -> Result<Checked> {
    let question = Question {
        user: user.as_ref(),
        identifier: &attempt.identifier,
        password: &attempt.password,
    };
    Ok(match password_source::ask(context, question).await? {
        Some(SourceAnswer::Right { user, source }) => Checked {
            user: Some(*user),
            is_right: true,
            by: CheckedBy::Source(source),
        },
        Some(SourceAnswer::Denied(denial)) => Checked {
            user,
            is_right: false,
            by: CheckedBy::Denial(denial),
        },
        None => {
            let check = password::check(context, user.as_ref(), &attempt.password).await?;
            Checked {
                user,
                is_right: check.is_right,
                by: CheckedBy::Hash(check.checked),
            }
        }
    })
}

/// Checks a password. An unknown or disabled account costs exactly the same hash (ASVS 5.0 §6.3.8).
#[boxed(?Send)]
pub async fn with_password(
    context: &Context,
    mut attempt: Attempt,
    caller: &Caller,
) -> FlowResult<PasswordSignIn, Rejected> {
    let (jobs, limiter) = (&context.delivery.jobs, &context.limits.rate_limiter);
    let user = attempt.pass.take_user();
    let checked = check(context, user, &attempt).await;
    let checked: FlowResult<_, Rejected> = checked.map_err(FlowError::Server);
    limiter.withdraw(&attempt.pass, &checked).await;
    let checked = checked?;
    let accepted = checked.user.as_ref().filter(|_| checked.is_right);
    let enqueued = jobs.enqueued();
    let done = in_recording_transaction(&context.core.db, async |tx| {
        let change = Change::new(context, tx, caller);
        let Some(user) = accepted else {
            reject(change, &attempt, &checked).await?;
            return Err(FlowError::Rejected(checked.rejection()));
        };
        // Hashing takes time. The checked password must still be the current one, and this sign-in
        // and a concurrent reset must wait for each other: one statement does both.
        if !checked.is_current(tx, user.id).await? {
            let event = change.event(AuditKind::LoginFailed, false);
            let event = event.about(user.id).with("method", "password");
            let event = event.with("reason", "changed meanwhile");
            change.record(&event).await?;
            let rule = AttemptRule::PasswordChanged;
            record_failure(change, &attempt, Some(user), rule);
            return Err(FlowError::Rejected(Rejected::Uniform));
        }
        limits::record_success(tx, &attempt.pass).await?;
        if user.password_change_required {
            return Ok(require_change(change, user).await?);
        }
        let (has_factor, trusted) = factor_due(change, user, &attempt).await?;
        let step = FirstStep {
            user,
            first: FirstFactor::Password,
            authentication: assurance::password_proof(change.now()),
            upstream: None,
            is_factor_due: has_factor,
            browser: attempt.browser,
            remember: attempt.remember,
            interaction: attempt.interaction.as_ref(),
            next: attempt.next.as_deref(),
            before: attempt.before.as_ref(),
        };
        let mut details = vec![("method", "password".to_owned())];
        if let CheckedBy::Source(source) = &checked.by {
            details.push(("source", source.clone()));
        }
        details.extend(trusted.map(|device| ("trusted_device", device.to_string())));
        let sign_in = after_first_step(change, &step, details).await?;
        Ok(PasswordSignIn::Own(sign_in))
    })
    .await;
    limiter.withdraw(&attempt.pass, &done).await;
    if done.is_ok() {
        limiter.forgive(&attempt.pass).await;
    }
    if attempt.before.is_some() {
        // The end of the former session may have to be announced to clients.
        jobs.wake();
    } else {
        jobs.wake_after(enqueued);
    }
    done
}

/// Ends a sign-in with a temporary password: issues the token that sets another one. A second factor
/// is asked for at the sign-in with the new password.
async fn require_change(change: Change<'_>, user: &User) -> Result<PasswordSignIn> {
    let Change { core, tx, .. } = change;
    let (purpose, email) = (EmailPurpose::Replace, &user.email);
    let token = email_link::create(tx, user, purpose, email, core.now(), core.rng()).await?;
    let event = change
        .own_event(AuditKind::FirstStepPassed, user.id)
        .with("method", "password");
    let event = event.with("reason", "temporary password");
    change.record(&event).await?;
    Ok(PasswordSignIn::Temporary(token))
}

/// Starts a session after the first factor, or a pending sign-in if the second one is required; the
/// current session of the browser remains until then. `details` are for the audit log.
pub(crate) async fn after_first_step(
    change: Change<'_>,
    step: &FirstStep<'_>,
    details: Vec<(&str, String)>,
) -> Result<SignIn> {
    let Change { tx, caller, .. } = change;
    let (user, now, limits) = (step.user, change.now(), &change.context.limits);
    if step.first != FirstFactor::Password {
        let limiter = &limits.rate_limiter;
        limiter.end_device_lockout(tx, user, caller, now).await?;
    }
    let kind = if step.is_factor_due {
        AuditKind::FirstStepPassed
    } else {
        AuditKind::LoginSucceeded
    };
    let mut event = change.own_event(kind, user.id);
    if !step.is_factor_due {
        event = notify_new_device(change, user, event).await?;
    }
    let with = |event: AuditEvent, (name, value)| event.with(name, value);
    let event = details.into_iter().fold(event, with);
    change.record(&event).await?;
    if step.is_factor_due {
        let id = pending::create(change.core, tx, step).await?;
        return Ok(SignIn::SecondStep(id));
    }
    let ended_at = match step.first {
        FirstFactor::Password => AttemptStep::Password,
        FirstFactor::Email => AttemptStep::EmailCode,
        FirstFactor::Operator => AttemptStep::OperatorLink,
        FirstFactor::Provider(_) => AttemptStep::Provider,
        FirstFactor::Session(_) => AttemptStep::SecondFactor,
    };
    if caller.ends_with_session() {
        let success = EndedAttempt::success(ended_at, user.id).within(step.interaction);
        limits.attempts.record(now, success, caller);
    }
    let beginning = SessionStart {
        user,
        authentication: &step.authentication,
        remember: step.remember,
        upstream: step.upstream.as_ref(),
        before: step.before,
    };
    let session = enter(change, &beginning, step.interaction).await?;
    Ok(SignIn::Done(Box::new(session)))
}

pub(crate) async fn interaction_of(
    tx: &WriteTx,
    id: Option<&InteractionId>,
) -> Result<Option<Interaction>, StoreError> {
    match id {
        Some(id) => repo::interactions::find(tx, id).await,
        None => Ok(None),
    }
}

/// Starts the session of an authenticated user, continues the interaction, and mails the link that
/// verifies the address if it is missing.
pub(crate) async fn enter(
    change: Change<'_>,
    beginning: &SessionStart<'_>,
    interaction: Option<&Interaction>,
) -> Result<NewSession> {
    let (core, tx, caller) = (change.core, change.tx, change.caller);
    let session = session::start(core, tx, beginning, caller).await?;
    record_progress(tx, interaction, &session.session, core.now()).await?;
    let flow = interaction.map(|interaction| &interaction.id);
    verify_email::remind(change, beginning.user, flow).await?;
    Ok(session)
}

/// Records a wrong password, and starts a lockout if its limit is reached.
async fn reject(change: Change<'_>, attempt: &Attempt, checked: &Checked) -> Result<()> {
    let user = checked.user.as_ref();
    let denial = match &checked.by {
        CheckedBy::Denial(denial) => Some(denial),
        CheckedBy::Hash(_) | CheckedBy::Source(_) => None,
    };
    let (limiter, id) = (
        &change.context.limits.rate_limiter,
        user.map(|user| user.id),
    );
    let wait = limiter
        .record_failure(change.tx, &attempt.pass, change.now())
        .await?;
    let event = change
        .event(AuditKind::LoginFailed, false)
        .about_optional(id)
        .with_optional("wait", wait.map(|wait| wait.seconds))
        .with("method", "password")
        .with_optional("source", denial.map(|denial| denial.source.as_str()))
        .with_optional("reason", denial.map(|denial| denial.reason));
    change.record(&event).await?;
    let rule = denial.map_or_else(|| rejection_rule(user), |denial| denial.rule);
    let failure = failure_of(attempt, user, rule);
    let failure = match denial {
        Some(denial) => failure
            .with("source", denial.source.as_str())
            .with("reason", denial.reason),
        None => failure,
    };
    let attempts = &change.context.limits.attempts;
    attempts.record(change.now(), failure, change.caller);
    if let Some(wait) = wait.filter(|wait| wait.begins) {
        let event = change.event(AuditKind::LoginLocked, false);
        let event = event.about_optional(id).with("wait", wait.seconds);
        change.record(&event).await?;
        notification::notify_lockout(change, &attempt.identifier, wait.seconds).await?;
    }
    Ok(())
}

fn rejection_rule(user: Option<&User>) -> AttemptRule {
    match user {
        None => AttemptRule::UnknownUser,
        Some(user) if !user.is_active() => AttemptRule::UserDisabled,
        Some(user) if user.password_hash.is_none() => AttemptRule::NoPassword,
        Some(user) if user.password_withdrawn_at.is_some() => AttemptRule::PasswordWithdrawn,
        Some(_) => AttemptRule::WrongPassword,
    }
}

fn failure_of<'a>(
    attempt: &'a Attempt,
    user: Option<&User>,
    rule: AttemptRule,
) -> EndedAttempt<'a> {
    EndedAttempt::failure(AttemptStep::Password, rule)
        .by(user.map(|user| user.id))
        .typed(&attempt.identifier)
        .within(attempt.interaction.as_ref())
}

fn record_failure(change: Change<'_>, attempt: &Attempt, user: Option<&User>, rule: AttemptRule) {
    let failure = failure_of(attempt, user, rule);
    let attempts = &change.context.limits.attempts;
    attempts.record(change.now(), failure, change.caller);
}

/// Decides whether the second factor is required; otherwise returns the trusted device that skips
/// it, if any.
async fn factor_due(
    change: Change<'_>,
    user: &User,
    attempt: &Attempt,
) -> Result<(bool, Option<TrustedDeviceId>)> {
    if !change.requires_factor(user.id).await? {
        return Ok((false, None));
    }
    let (interaction, before) = (attempt.interaction.as_ref(), attempt.before.as_ref());
    let trusted = trusted_device::sparing(change, user, interaction, before).await?;
    Ok((trusted.is_none(), trusted))
}

/// Records in the interaction that the user of this session has just authenticated; earlier
/// progress of another user no longer counts.
pub(crate) async fn record_progress(
    tx: &WriteTx,
    interaction: Option<&Interaction>,
    session: &Session,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    if let Some(interaction) = interaction {
        let mut progressed = interaction.clone();
        progressed.session_id = Some(session.id);
        progressed.authenticated_at = Some(now);
        progressed.account_chosen = true;
        progressed.consented = None;
        repo::interactions::update(tx, &progressed).await?;
    }
    Ok(())
}

pub fn names(user: &User) -> (String, String) {
    (user.display_name(), user.email.clone())
}
