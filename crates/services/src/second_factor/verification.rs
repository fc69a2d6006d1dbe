//! The code of the second step: counted before it is looked at, accepted once.

use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_domain::credentials::totp::{self, TotpSecret};
use doorward_domain::model::{
    AttemptId, AuditKind, EndReason, FirstFactor, PendingSignIn, Session, SessionId, TotpFactor,
    User,
};
use doorward_domain::rules::assurance::{self, SecondFactorMethod};
use doorward_domain::rules::second_factor::FactorRequirement;
use doorward_domain::secret::{OpaqueToken, Secret, TokenHash};
use doorward_email::security_notification::SecurityNotification;
use doorward_store::{WriteTx, repo};

use super::factors::{confirmed, requirement, tolerance};
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{FlowError, ServerError};
use crate::login;
use crate::notification;
use crate::passkey::ceremony::{
    CeremonyPurpose, Checked, PasskeyResponse, Prompt, Rejected, check, prompt,
};
use crate::session::{NewSession, SessionStart};
use crate::signed_in::SignedIn;
use crate::state::State;
use crate::transaction::in_transaction;
use crate::trusted_device;

/// What came from the page of the second step.
#[derive(Debug)]
pub enum Proof {
    /// A code of the app or a recovery code, as typed.
    Code(Secret<String>),
    /// A passkey.
    Passkey(PasskeyResponse),
}

/// A second step, as it is tried.
#[derive(Debug)]
pub struct Answer {
    /// The waiting sign-in.
    pub attempt: AttemptId,
    /// SHA-256 of the browser's own cookie.
    pub browser: TokenHash,
    /// What is to prove it.
    pub proof: Proof,
    /// Who is signed in in this browser.
    pub before: Option<SignedIn>,
    /// "Trust this device".
    pub trust: bool,
}

/// Why a second step did not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactorError {
    /// The sign-in is unknown, over, or had too many tries: it begins again with the password.
    Over,
    /// The sign-in was completed before.
    Finished,
    /// The sign-in belongs to another browser.
    OtherBrowser,
    /// The code is wrong, or was used before.
    Wrong {
        /// Tries in this sign-in so far.
        tries: u32,
    },
    /// Too many wrong codes: none is looked at for so many seconds.
    Wait {
        /// Seconds until the next try counts.
        seconds: i64,
    },
    /// Too many wrong codes in all: only a recovery code helps.
    Locked,
}

/// A completed second step.
#[derive(Debug)]
pub struct Completed {
    /// The session, with its new cookie.
    pub begun: NewSession,
    /// What waited.
    pub pending: PendingSignIn,
    /// What the browser is trusted by from now on.
    pub trusted: Option<OpaqueToken>,
}

/// The waiting sign-in of this browser, for its page.
pub async fn find(
    state: &State,
    id: &AttemptId,
    browser: &TokenHash,
) -> Result<PendingSignIn, FlowError<SecondFactorError>> {
    let refused = |refusal| Err(FlowError::Rejected(refusal));
    let Some(pending) = repo::pending_sign_ins::find(state.db.read(), id).await? else {
        return refused(SecondFactorError::Over);
    };
    // As for interactions: the id alone, without the browser's cookie, opens nothing.
    if pending.browser_hash != *browser {
        return refused(SecondFactorError::OtherBrowser);
    }
    if pending.done_at.is_some() {
        return refused(SecondFactorError::Finished);
    }
    let is_over = state.now() >= pending.expires_at;
    if is_over || pending.tries >= tolerance(state).in_one_sign_in {
        return refused(SecondFactorError::Over);
    }
    Ok(pending)
}

/// What a waiting sign-in can be completed with.
#[derive(Debug)]
pub struct Ways {
    /// A code of the person's authenticator app.
    pub app: bool,
    /// One of their passkeys.
    pub passkey: Option<Prompt>,
}

/// The ways to complete a waiting sign-in.
pub async fn ways(state: &State, pending: &PendingSignIn) -> Result<Ways, ServerError> {
    let (conn, user) = (state.db.read(), pending.user_id);
    let passkeys = repo::passkeys::list(conn, user).await?;
    let what = CeremonyPurpose::SecondStep(&pending.id);
    // A code would lead here again: it is not what is demanded.
    let only_passkey = !passkeys.is_empty()
        && state.passkeys.is_some()
        && requirement(state, conn, user).await? == FactorRequirement::Passkey;
    Ok(Ways {
        app: !only_passkey && confirmed(conn, user).await?.is_some(),
        passkey: match passkeys.as_slice() {
            [] => None,
            some => prompt(state, what, some, &pending.browser_hash)?,
        },
    })
}

/// Tries a code. The try is counted, for the sign-in and for the person, before the code is looked
/// at; both counts are rows, locked until this transaction ends, so parallel tries queue up.
pub async fn submit(
    state: &State,
    answer: &Answer,
    caller: &Caller,
) -> Result<Completed, FlowError<SecondFactorError>> {
    let waiting = find(state, &answer.attempt, &answer.browser).await?;
    let checked = match &answer.proof {
        Proof::Code(_) => None,
        Proof::Passkey(presented) => {
            let what = CeremonyPurpose::SecondStep(&answer.attempt);
            let (browser, person) = (&answer.browser, Some(waiting.user_id));
            Some(check(state, presented, what, browser, person).await?)
        }
    };
    let done = in_transaction(&state.db, async |tx| {
        let (now, most) = (state.now(), tolerance(state).in_one_sign_in);
        let counted = repo::pending_sign_ins::count_try(tx, &answer.attempt, most, now).await?;
        let Some(pending) = counted else {
            let found = repo::pending_sign_ins::find(tx, &answer.attempt).await?;
            let done = found.is_some_and(|one| one.done_at.is_some());
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
            Proof::Code(code) => try_code(state, tx, &pending, code.expose()).await?,
            Proof::Passkey(_) => try_passkey(state, tx, &pending, checked.as_ref()).await?,
        };
        let proof = match proof {
            Ok(proof) => proof,
            Err(refusal) => {
                let event = caller.event(AuditKind::FactorFailed, false, now);
                let event = event.about(user.id).with("tries", pending.tries);
                let event = match begun_wait(tx, &user, refusal, now).await? {
                    Some(seconds) => {
                        let minutes = notification::minutes(seconds);
                        let locked = SecurityNotification::CodesLocked { minutes };
                        notification::enqueue(state, tx, &user, locked, caller).await?;
                        event.with("wait", seconds)
                    }
                    None => event,
                };
                repo::audit::insert(tx, &event).await?;
                return Err(FlowError::Rejected(refusal));
            }
        };
        repo::pending_sign_ins::complete(tx, &pending.id, now).await?;
        let begun = complete(state, tx, answer, (&pending, &user, proof), caller).await?;
        let wanted = answer.trust && may_be_trusted(&pending, proof);
        let trusted = if wanted {
            trusted_device::trust(state, tx, &user, caller).await?
        } else {
            None
        };
        Ok(Completed {
            begun,
            pending,
            trusted,
        })
    })
    .await;
    state.jobs.wake();
    done
}

/// Whoever has just signed in with the password and a factor may trust the browser. A recovery code is
/// for the day on which everything else is gone: nothing is to follow from it for longer.
pub fn may_be_trusted(pending: &PendingSignIn, proof: SecondFactorMethod) -> bool {
    pending.first == FirstFactor::Password && proof != SecondFactorMethod::RecoveryCode
}

/// How long codes have to wait because of this wrong one, in seconds.
async fn begun_wait(
    tx: &WriteTx,
    user: &User,
    refusal: SecondFactorError,
    now: i64,
) -> Result<Option<i64>, ServerError> {
    if !matches!(
        refusal,
        SecondFactorError::Wrong { .. } | SecondFactorError::Over
    ) {
        return Ok(None);
    }
    let factor = confirmed(tx, user.id).await?;
    let until = factor.and_then(|factor| factor.locked_until);
    Ok(until.map(|until| until - now).filter(|left| *left > 0))
}

type Verdict = Result<Result<SecondFactorMethod, SecondFactorError>, ServerError>;

/// A code, by its form.
async fn try_code(state: &State, tx: &WriteTx, pending: &PendingSignIn, code: &str) -> Verdict {
    match (totp::digits(code), RecoveryCode::parse(code)) {
        (Some(_), _) => try_app(state, tx, pending, code).await,
        (None, Some(recovery)) => try_recovery(state, tx, pending, &recovery).await,
        (None, None) => miss(state, tx, pending).await,
    }
}

/// A passkey. Like a recovery code, it is looked at even where codes have to wait: it cannot be
/// guessed. A wrong one counts like a wrong code.
async fn try_passkey(
    state: &State,
    tx: &WriteTx,
    pending: &PendingSignIn,
    checked: Option<&Result<Checked, Rejected>>,
) -> Verdict {
    let now = state.now();
    match checked {
        Some(Ok(checked)) if checked.accept(tx, now).await? => {
            return Ok(Ok(SecondFactorMethod::Passkey {
                synced: checked.passkey.backup_eligible,
            }));
        }
        Some(Err(rejected)) => rejected.note(tx, now).await?,
        _ => {}
    }
    if confirmed(tx, pending.user_id).await?.is_some() {
        return miss(state, tx, pending).await;
    }
    let is_over = pending.tries >= tolerance(state).in_one_sign_in;
    Ok(Err(if is_over {
        SecondFactorError::Over
    } else {
        SecondFactorError::Wrong {
            tries: pending.tries,
        }
    }))
}

/// A code of the app.
async fn try_app(state: &State, tx: &WriteTx, pending: &PendingSignIn, code: &str) -> Verdict {
    let (now, user) = (state.now(), pending.user_id);
    let most = tolerance(state).in_all;
    let Some(factor) = repo::totp_factors::count_try(tx, user, most, now).await? else {
        return Ok(Err(why_not(confirmed(tx, user).await?, most, now)));
    };
    let secret = TotpSecret::open(state.totp_key(), &factor.secret_sealed, user)
        .map_err(|error| ServerError::Internal(format!("totp_factors.secret_sealed: {error}")))?;
    // RFC 6238 §5.2: each time step once, which is one conditional statement.
    if let Some(step) = secret.step_of(code, now)
        && repo::totp_factors::accept(tx, user, step).await?
    {
        return Ok(Ok(SecondFactorMethod::Totp));
    }
    wrong(state, tx, pending, factor.failures).await
}

/// A recovery code. It is looked at even where codes of the app have to wait: it cannot be guessed,
/// and nobody but its owner would be kept out.
async fn try_recovery(
    state: &State,
    tx: &WriteTx,
    pending: &PendingSignIn,
    code: &RecoveryCode,
) -> Verdict {
    let user = pending.user_id;
    let hash = code.hash(state.recovery_key(), user);
    if confirmed(tx, user).await?.is_some()
        && repo::recovery_codes::consume(tx, user, &hash, state.now()).await?
    {
        repo::totp_factors::forgive(tx, user).await?;
        return Ok(Ok(SecondFactorMethod::RecoveryCode));
    }
    miss(state, tx, pending).await
}

/// Neither a code of the app nor a recovery code that exists: counted like a wrong one.
async fn miss(state: &State, tx: &WriteTx, pending: &PendingSignIn) -> Verdict {
    let (now, user) = (state.now(), pending.user_id);
    let most = tolerance(state).in_all;
    match repo::totp_factors::count_try(tx, user, most, now).await? {
        Some(factor) => wrong(state, tx, pending, factor.failures).await,
        None => Ok(Err(why_not(confirmed(tx, user).await?, most, now))),
    }
}

/// Why no code is looked at.
fn why_not(factor: Option<TotpFactor>, most: u32, now: i64) -> SecondFactorError {
    match factor {
        Some(factor) if factor.failures >= most => SecondFactorError::Locked,
        Some(factor) => SecondFactorError::Wait {
            seconds: factor.locked_until.map_or(1, |until| until - now).max(1),
        },
        // Removed meanwhile: the password leads in without it.
        None => SecondFactorError::Over,
    }
}

async fn wrong(state: &State, tx: &WriteTx, pending: &PendingSignIn, failures: u32) -> Verdict {
    let tolerance = tolerance(state);
    if let Some(seconds) = tolerance.wait_after(failures) {
        repo::totp_factors::delay(tx, pending.user_id, state.now() + seconds).await?;
    }
    Ok(Err(if pending.tries >= tolerance.in_one_sign_in {
        SecondFactorError::Over
    } else {
        SecondFactorError::Wrong {
            tries: pending.tries,
        }
    }))
}

/// Begins the session, or makes the one of this browser stronger.
async fn complete(
    state: &State,
    tx: &WriteTx,
    answer: &Answer,
    (pending, user, proof): (&PendingSignIn, &User, SecondFactorMethod),
    caller: &Caller,
) -> Result<NewSession, FlowError<SecondFactorError>> {
    let now = state.now();
    let method = match proof {
        SecondFactorMethod::Totp => "totp",
        SecondFactorMethod::RecoveryCode => "recovery_code",
        SecondFactorMethod::Passkey { .. } => "passkey",
    };
    if proof == SecondFactorMethod::RecoveryCode {
        let left = repo::recovery_codes::count_unused(tx, user.id).await?;
        let event = caller.event(AuditKind::RecoveryCodeUsed, true, now);
        let event = event.by(user.id).about(user.id).with("left", left);
        repo::audit::insert(tx, &event).await?;
        let spent = SecurityNotification::RecoveryCodeUsed { left };
        notification::enqueue(state, tx, user, spent, caller).await?;
    }
    // Otherwise a session begins.
    let is_step_up = matches!(pending.first, FirstFactor::Session(_));
    if !is_step_up && proof != SecondFactorMethod::RecoveryCode {
        // Who used a recovery code is told that already.
        notification::tell_of_new_device(state, tx, user, caller).await?;
    }
    let kind = if is_step_up {
        AuditKind::SteppedUp
    } else {
        AuditKind::LoginSucceeded
    };
    let event = caller.event(kind, true, now).by(user.id).about(user.id);
    repo::audit::insert(tx, &event.with("method", method)).await?;
    let first = match pending.first {
        FirstFactor::Password => assurance::password_proof(now),
        FirstFactor::Email => assurance::email_proof(now),
        FirstFactor::Provider(at) => assurance::provider_proof(at, false),
        FirstFactor::Session(id) => {
            let begun = strengthen(tx, id, answer.before.as_ref(), proof).await?;
            return begun.ok_or(FlowError::Rejected(SecondFactorError::Over));
        }
    };
    let authentication = assurance::with_second(&first, proof);
    let beginning = SessionStart {
        user,
        authentication: &authentication,
        remember: pending.remember,
        before: answer.before.as_ref(),
    };
    let interaction = login::interaction_of(tx, pending.interaction_id.as_ref()).await?;
    Ok(login::enter(state, tx, &beginning, interaction.as_ref(), caller).await?)
}

/// Gives the session a new cookie and what was proved; none where it has ended meanwhile, or is
/// not the one of this browser.
async fn strengthen(
    tx: &WriteTx,
    id: SessionId,
    before: Option<&SignedIn>,
    proof: SecondFactorMethod,
) -> Result<Option<NewSession>, ServerError> {
    let Some(who) = before.filter(|before| before.session.id == id) else {
        return Ok(None);
    };
    let proved = assurance::with_second(&who.session.authentication, proof);
    rotate(tx, who, proved).await
}

/// This session under a new cookie and with a new proof, which it has to live for.
pub(crate) async fn renewed(
    tx: &WriteTx,
    who: &SignedIn,
    proof: doorward_domain::model::Authentication,
) -> Result<NewSession, ServerError> {
    // It ended meanwhile: then its owner wants none of this.
    let ended = || ServerError::Unavailable("the session has just ended".to_owned());
    rotate(tx, who, proof).await?.ok_or_else(ended)
}

/// A session with a new cookie (SE-2) and a new proof.
async fn rotate(
    tx: &WriteTx,
    SignedIn { session, user, .. }: &SignedIn,
    authentication: doorward_domain::model::Authentication,
) -> Result<Option<NewSession>, ServerError> {
    let token = OpaqueToken::generate(&mut rand::rng());
    let (old, new) = (session.token_hash, token.hash());
    if !repo::sessions::rotate(tx, session.id, &old, &new, &authentication).await? {
        return Ok(None);
    }
    let session = Session {
        token_hash: new,
        authentication,
        ..session.clone()
    };
    Ok(Some(NewSession {
        session,
        token,
        account: user.into(),
    }))
}

/// Ends every other session of the person, whose proof knew nothing of the change (SE-6).
pub(super) async fn end_others(
    state: &State,
    tx: &WriteTx,
    session: &Session,
) -> Result<(), ServerError> {
    let (now, reason) = (state.now(), EndReason::FactorChanged);
    repo::sessions::end_all_for_user(tx, session.user_id, Some(session.id), reason, now).await?;
    Ok(())
}
