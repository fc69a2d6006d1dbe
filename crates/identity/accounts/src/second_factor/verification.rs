//! Verification of the second factor: an attempt is counted before the code is checked, and a code
//! is accepted once.

use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_domain::credentials::totp::{self, TotpSecret};
use doorward_domain::model::{Authentication, PendingSignIn, TotpFactor};
use doorward_rules::assurance::{self, SecondFactorMethod};
use doorward_services::attempts;
use doorward_services::context::Accounts;
use doorward_services::factors::{confirmed, requirement, tolerance};

use crate::change::Change;
use crate::change::in_recording_change;
use crate::login;
use crate::notification::{self, notify_new_device};
use crate::passkey::ceremony::{
    CeremonyPurpose, Checked, PasskeyResponse, Prompt, Rejected, check, prompt,
};
use crate::prelude::*;
use crate::trusted_device;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactorError {
    /// The sign-in is unknown, expired, or had too many attempts: it must start again with the
    /// password.
    Over,
    Finished,
    OtherBrowser,
    /// The code is wrong, or was used before.
    Wrong {
        tries: u32,
    },
    /// The passkey is of another kind than when it was added, and must be added again.
    ChangedPasskey,
    /// Too many wrong codes: codes are not checked during the lockout.
    Wait {
        /// Seconds until the lockout ends.
        seconds: i64,
    },
    /// Too many wrong codes in total: only a recovery code is accepted.
    Locked,
}

impl SecondFactorError {
    const fn rule(self) -> AttemptRule {
        match self {
            Self::Over => AttemptRule::Expired,
            Self::Finished => AttemptRule::Finished,
            Self::OtherBrowser => AttemptRule::OtherBrowser,
            Self::Wrong { .. } | Self::ChangedPasskey => AttemptRule::WrongCode,
            Self::Wait { .. } => AttemptRule::CodesDelayed,
            Self::Locked => AttemptRule::CodesLocked,
        }
    }
}

#[derive(Debug)]
pub enum FactorProof {
    /// A code of the authenticator app or a recovery code, as typed.
    Code(Secret<String>),
    Passkey(PasskeyResponse),
}

#[derive(Debug)]
pub struct FactorAnswer {
    pub attempt: AttemptId,
    pub browser: TokenHash,
    pub proof: FactorProof,
    pub before: Option<SignedIn>,
    pub trust: bool,
}

#[derive(Debug)]
pub struct Completed {
    pub session: NewSession,
    pub pending: PendingSignIn,
    pub method: SecondFactorMethod,
    pub trusted: Option<OpaqueToken>,
}

/// Returns the pending sign-in of this browser, for its page.
#[boxed(?Send)]
pub async fn find(
    core: &Core,
    id: &AttemptId,
    browser: &TokenHash,
) -> FlowResult<PendingSignIn, SecondFactorError> {
    let reject = |error| Err(FlowError::Rejected(error));
    let Some(pending) = repo::pending_sign_ins::find(core.db.read(), id).await? else {
        return reject(SecondFactorError::Over);
    };
    // As for interactions: the id without the browser's cookie gives no access.
    if pending.browser_hash != *browser {
        return reject(SecondFactorError::OtherBrowser);
    }
    if pending.done_at.is_some() {
        return reject(SecondFactorError::Finished);
    }
    let is_over = core.now() >= pending.expires_at;
    if is_over || pending.tries >= tolerance(core).per_sign_in {
        return reject(SecondFactorError::Over);
    }
    Ok(pending)
}

#[derive(Debug)]
pub struct SecondFactorMethods {
    /// A code of the user's authenticator app.
    pub app: bool,
    pub passkey: Option<Prompt>,
}

#[boxed(?Send)]
pub async fn methods(context: &Context, pending: &PendingSignIn) -> Result<SecondFactorMethods> {
    let core = &context.core;
    let (conn, user) = (core.db.read(), pending.user_id);
    let passkeys = repo::passkeys::list(conn, user).await?;
    let what = CeremonyPurpose::SecondStep(&pending.id);
    // A code would not satisfy the required passkey, and would lead back here.
    let only_passkey = !passkeys.is_empty()
        && context.accounts.passkeys.is_some()
        && requirement(core, conn, user).await? == FactorRequirement::Passkey;
    Ok(SecondFactorMethods {
        app: !only_passkey && confirmed(conn, user).await?.is_some(),
        passkey: match passkeys.as_slice() {
            [] => None,
            some => prompt(context, what, some, &pending.browser_hash)?,
        },
    })
}

/// Checks a second factor, and records a failure with its reason.
#[boxed(?Send)]
pub async fn submit(
    context: &Context,
    answer: &FactorAnswer,
    caller: &Caller,
) -> FlowResult<Completed, SecondFactorError> {
    let done = verify(context, answer, caller).await;
    if let Err(FlowError::Rejected(error)) = &done {
        let (core, rule) = (&context.core, error.rule());
        // Without the row, only the user and the client are missing.
        let found = repo::pending_sign_ins::find(core.db.read(), &answer.attempt).await;
        let pending = found.ok().flatten();
        let id = pending
            .as_ref()
            .and_then(|pending| pending.interaction_id.as_ref());
        let client = attempts::client_of(&core.db, id).await;
        let failure = EndedAttempt::failure(AttemptStep::SecondFactor, rule)
            .by(pending.as_ref().map(|pending| pending.user_id))
            .through(client.as_deref());
        context.limits.attempts.record(core.now(), failure, caller);
    }
    done
}

/// Checks a second factor. The attempt is counted, for the sign-in and for the user, before the
/// code is checked; concurrent attempts wait for the rows of the counters.
async fn verify(
    context: &Context,
    answer: &FactorAnswer,
    caller: &Caller,
) -> FlowResult<Completed, SecondFactorError> {
    let core = &context.core;
    let waiting = find(core, &answer.attempt, &answer.browser).await?;
    let checked = match &answer.proof {
        FactorProof::Code(_) => None,
        FactorProof::Passkey(presented) => {
            let what = CeremonyPurpose::SecondStep(&answer.attempt);
            let (browser, person) = (&answer.browser, Some(waiting.user_id));
            Some(check(context, presented, what, browser, person).await?)
        }
    };
    in_recording_change(context, caller, async |change| {
        let (tx, now, max) = (change.tx, change.now(), tolerance(core).per_sign_in);
        let counted = repo::pending_sign_ins::record_attempt(tx, &answer.attempt, max, now).await?;
        let Some(pending) = counted else {
            let found = repo::pending_sign_ins::find(tx, &answer.attempt).await?;
            let done = found.is_some_and(|found| found.done_at.is_some());
            let why = if done {
                SecondFactorError::Finished
            } else {
                SecondFactorError::Over
            };
            return Err(FlowError::Rejected(why));
        };
        let user = repo::users::find_by_id(tx, pending.user_id).await?;
        let Some(user) = user.filter(User::is_active) else {
            return Err(FlowError::Rejected(SecondFactorError::Over));
        };
        let proof = match &answer.proof {
            FactorProof::Code(code) => verify_code(change, &pending, code.expose()).await?,
            FactorProof::Passkey(_) => verify_passkey(change, &pending, checked.as_ref()).await?,
        };
        let proof = match proof {
            Ok(proof) => proof,
            Err(error) => {
                let lockout = new_lockout(tx, &user, error, now).await?;
                if let Some(seconds) = lockout {
                    let minutes = notification::minutes(seconds);
                    let locked = SecurityNotification::CodesLocked { minutes };
                    change.notify(&user, locked).await?;
                }
                let event = change
                    .event(AuditKind::FactorFailed, false)
                    .about(user.id)
                    .with("tries", pending.tries)
                    .with_optional("wait", lockout);
                change.record(&event).await?;
                return Err(FlowError::Rejected(error));
            }
        };
        repo::pending_sign_ins::complete(tx, &pending.id, now).await?;
        let used = checked.as_ref().and_then(|checked| checked.as_ref().ok());
        let session = complete(change, answer, &pending, &user, (proof, used)).await?;
        let requested = answer.trust && can_be_trusted(&pending, proof);
        let trusted = if requested {
            trusted_device::trust(change, &user).await?
        } else {
            None
        };
        Ok(Completed {
            session,
            pending,
            method: proof,
            trusted,
        })
    })
    .await
}

/// Returns true if the browser may become a trusted device: after the password and a factor. A
/// recovery code is for emergencies and must not have lasting effects.
pub fn can_be_trusted(pending: &PendingSignIn, proof: SecondFactorMethod) -> bool {
    pending.first == FirstFactor::Password && proof != SecondFactorMethod::RecoveryCode
}

/// Returns the duration of the lockout that this wrong code starts, in seconds.
async fn new_lockout(
    tx: &WriteTx,
    user: &User,
    error: SecondFactorError,
    now: i64,
) -> Result<Option<i64>> {
    if !matches!(
        error,
        SecondFactorError::Wrong { .. }
            | SecondFactorError::ChangedPasskey
            | SecondFactorError::Over
    ) {
        return Ok(None);
    }
    let factor = confirmed(tx, user.id).await?;
    let until = factor.and_then(|factor| factor.locked_until);
    Ok(until.map(|until| until - now).filter(|left| *left > 0))
}

type VerificationResult = Result<Result<SecondFactorMethod, SecondFactorError>>;

async fn verify_code(
    change: Change<'_>,
    pending: &PendingSignIn,
    code: &str,
) -> VerificationResult {
    match (totp::digits(code), RecoveryCode::parse(code)) {
        (Some(_), _) => count_attempt(change, pending, Attempt::App(code)).await,
        (None, Some(recovery)) => verify_recovery(change, pending, &recovery).await,
        (None, None) => {
            let foreign = RecoveryCode::parse_foreign(code);
            let attempt = foreign.map_or(Attempt::Other, Attempt::Foreign);
            count_attempt(change, pending, attempt).await
        }
    }
}

/// Checks a passkey. As with a recovery code, lockouts do not apply, because it cannot be guessed.
/// A wrong one counts like a wrong code.
async fn verify_passkey(
    change: Change<'_>,
    pending: &PendingSignIn,
    checked: Option<&Result<Checked, Rejected>>,
) -> VerificationResult {
    let (tx, now) = (change.tx, change.now());
    let mut is_changed = false;
    match checked {
        Some(Ok(checked)) if checked.accept(tx, now).await? => {
            return Ok(Ok(SecondFactorMethod::Passkey {
                synced: checked.passkey.backup_eligible,
            }));
        }
        Some(Err(rejected)) => {
            rejected.mark_copied(tx, now).await?;
            is_changed = rejected.is_changed();
        }
        _ => {}
    }
    let counted = if confirmed(tx, pending.user_id).await?.is_some() {
        count_attempt(change, pending, Attempt::Other).await?
    } else {
        Err(wrong_error(change.core, pending))
    };
    Ok(counted.map_err(|error| match error {
        SecondFactorError::Wrong { .. } if is_changed => SecondFactorError::ChangedPasskey,
        other => other,
    }))
}

/// The input of an attempt that lockouts apply to.
enum Attempt<'a> {
    /// Six digits.
    App(&'a str),
    /// The form of a backup code that an import may have carried.
    Foreign(RecoveryCode),
    /// Wrong in any case.
    Other,
}

/// Counts an attempt with an app code or a carried backup code, and checks it. Other input that is no
/// existing recovery code counts like a wrong code.
async fn count_attempt(
    change: Change<'_>,
    pending: &PendingSignIn,
    attempt: Attempt<'_>,
) -> VerificationResult {
    let Change { core, tx, .. } = change;
    let (now, user) = (core.now(), pending.user_id);
    let max = tolerance(core).in_all;
    let Some(factor) = repo::totp_factors::record_attempt(tx, user, max, now).await? else {
        return Ok(Err(unchecked_reason(confirmed(tx, user).await?, max, now)));
    };
    // RFC 6238 §5.2: one conditional statement accepts each time step once.
    if let Attempt::App(code) = attempt
        && let Some(step) = open(&change.context.accounts, &factor)?.step_of(code, now)
        && repo::totp_factors::accept(tx, user, step).await?
    {
        return Ok(Ok(SecondFactorMethod::Totp));
    }
    if let Attempt::Foreign(code) = &attempt
        && consume(change, user, code).await?
    {
        return Ok(Ok(SecondFactorMethod::RecoveryCode));
    }
    if let Some(seconds) = tolerance(core).wait_after(factor.failures) {
        repo::totp_factors::delay(tx, user, now + seconds).await?;
    }
    Ok(Err(wrong_error(core, pending)))
}

/// Checks a recovery code. Lockouts of app codes do not apply: a recovery code cannot be guessed,
/// and a lockout would only affect its owner.
async fn verify_recovery(
    change: Change<'_>,
    pending: &PendingSignIn,
    code: &RecoveryCode,
) -> VerificationResult {
    let (tx, user) = (change.tx, pending.user_id);
    if confirmed(tx, user).await?.is_some() && consume(change, user, code).await? {
        return Ok(Ok(SecondFactorMethod::RecoveryCode));
    }
    count_attempt(change, pending, Attempt::Other).await
}

/// Consumes a recovery code of the user. Returns false if there is none.
async fn consume(change: Change<'_>, user: UserId, code: &RecoveryCode) -> Result<bool> {
    let tx = change.tx;
    for key in change.context.accounts.recovery_key.all() {
        let hash = code.hash(key, user);
        if repo::recovery_codes::consume(tx, user, &hash, change.now()).await? {
            repo::totp_factors::forgive(tx, user).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn unchecked_reason(factor: Option<TotpFactor>, max: u32, now: i64) -> SecondFactorError {
    match factor {
        Some(factor) if factor.failures >= max => SecondFactorError::Locked,
        Some(factor) => SecondFactorError::Wait {
            seconds: factor.locked_until.map_or(1, |until| until - now).max(1),
        },
        // The factor was removed in the meantime: the password signs in without it.
        None => SecondFactorError::Over,
    }
}

fn wrong_error(core: &Core, pending: &PendingSignIn) -> SecondFactorError {
    if pending.tries >= tolerance(core).per_sign_in {
        SecondFactorError::Over
    } else {
        SecondFactorError::Wrong {
            tries: pending.tries,
        }
    }
}

/// Starts the session, or adds the factor to that of this browser.
async fn complete(
    change: Change<'_>,
    answer: &FactorAnswer,
    pending: &PendingSignIn,
    user: &User,
    (proof, passkey): (SecondFactorMethod, Option<&Checked>),
) -> FlowResult<NewSession, SecondFactorError> {
    let Change {
        core, tx, caller, ..
    } = change;
    let (now, method) = (core.now(), proof.as_str());
    if proof == SecondFactorMethod::RecoveryCode {
        let left = repo::recovery_codes::count_unused(tx, user.id).await?;
        let event = change.own_event(AuditKind::RecoveryCodeUsed, user.id);
        let event = event.with("left", left);
        let notice = SecurityNotification::RecoveryCodeUsed { left };
        change.report(user, &event, notice).await?;
    }
    // Otherwise a session is started.
    let is_step_up = matches!(pending.first, FirstFactor::Session(_));
    let kind = match pending.first {
        FirstFactor::Session(_) => AuditKind::SteppedUp,
        _ => AuditKind::LoginSucceeded,
    };
    let mut event = change.own_event(kind, user.id);
    if !is_step_up && proof != SecondFactorMethod::RecoveryCode {
        // The mail about a used recovery code already reports the sign-in.
        event = notify_new_device(change, user, event).await?;
    }
    let event = event
        .with("method", method)
        .with_optional("counter", passkey.and_then(Checked::counter_detail));
    change.record(&event).await?;
    let first = match pending.first {
        FirstFactor::Password => assurance::password_proof(now),
        FirstFactor::Email => assurance::email_proof(now),
        FirstFactor::Operator => assurance::operator_proof(now),
        FirstFactor::Provider(at) => assurance::provider_proof(at, false),
        FirstFactor::Session(id) => {
            let session = strengthen(core, tx, id, answer.before.as_ref(), proof).await?;
            return session.ok_or(FlowError::Rejected(SecondFactorError::Over));
        }
    };
    let authentication = assurance::with_second(&first, proof);
    let beginning = SessionStart {
        user,
        authentication: &authentication,
        remember: pending.remember,
        upstream: pending.upstream.as_ref(),
        before: answer.before.as_ref(),
    };
    let interaction = login::interaction_of(tx, pending.interaction_id.as_ref()).await?;
    if caller.ends_with_session() {
        let success = EndedAttempt::success(AttemptStep::SecondFactor, user.id);
        let success = success.within(interaction.as_ref()).with("method", method);
        change.context.limits.attempts.record(now, success, caller);
    }
    Ok(login::enter(change, &beginning, interaction.as_ref()).await?)
}

/// Adds the factor to the session with a new cookie; `None` if it has ended in the meantime, or is
/// not the session of this browser.
async fn strengthen(
    core: &Core,
    tx: &WriteTx,
    id: SessionId,
    before: Option<&SignedIn>,
    proof: SecondFactorMethod,
) -> Result<Option<NewSession>> {
    let Some(signed_in) = before.filter(|before| before.session.id == id) else {
        return Ok(None);
    };
    let proved = assurance::with_second(&signed_in.session.authentication, proof);
    session::rotate(core, tx, signed_in, proved).await
}

pub(super) fn open(accounts: &Accounts, factor: &TotpFactor) -> Result<TotpSecret> {
    let keys = accounts.totp_key.all();
    TotpSecret::open(keys, &factor.secret_sealed, factor.user_id)
        .map_err(|error| ServerError::Internal(format!("totp_factors.secret_sealed: {error}")))
}

/// Returns this session with a new cookie and a new authentication. Fails if the session has ended.
pub(crate) async fn renewed(
    core: &Core,
    tx: &WriteTx,
    signed_in: &SignedIn,
    proof: Authentication,
) -> Result<NewSession> {
    // The session ended in the meantime, so the change must not happen.
    let ended = || ServerError::Unavailable("the session has just ended".to_owned());
    let rotated = session::rotate(core, tx, signed_in, proof).await?;
    rotated.ok_or_else(ended)
}
