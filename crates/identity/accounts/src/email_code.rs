//! Sign-in by e-mail: with a code typed in the browser that requested it, or with the mailed link
//! opened there. It counts as one factor (decision 61), and the next steps are those after a
//! password.
//!
//! The request looks up no account: every request stores a row and enqueues a job (ASVS 5.0
//! §6.3.8).

use doorward_domain::credentials::email_code::EmailCode;
use doorward_domain::model::EmailSignIn;
use doorward_rules::assurance;
use doorward_rules::email_code::{
    self as rule, EmailCodeError, EmailCodeProof, MAILS, MAX_ATTEMPTS, TTL,
};
use doorward_services::attempts;
use doorward_services::job_payload::EmailSignInJob;
use doorward_services::transaction::in_exclusive_transaction;

use super::change::in_recording_change;
use super::login::{self, SignIn};
use super::second_factor::pending::FirstStep;
use crate::change::{Change, in_plain_change};
use crate::prelude::*;

/// The path of the page that waits for the mail.
pub const PAGE: &str = "/login/email";
pub const LINK: &str = "/login/email/link";

/// The input of the page that asks for the login identifier.
#[derive(Clone, Debug)]
pub struct EmailCodeRequest {
    /// The user name or e-mail address, as typed.
    pub identifier: String,
    pub remember: bool,
    pub interaction: Option<InteractionId>,
    pub next: Option<String>,
    pub browser: TokenHash,
}

/// Requests a code: stores a pending sign-in and enqueues the job.
#[boxed(?Send)]
pub async fn request(
    context: &Context,
    requested: EmailCodeRequest,
    caller: &Caller,
) -> Result<AttemptId> {
    let core = &context.core;
    let now = core.now();
    let attempt = AttemptId::generate(&mut core.rng());
    let waiting = EmailSignIn {
        id: attempt.clone(),
        browser_hash: requested.browser,
        remember: requested.remember,
        interaction_id: requested.interaction,
        next: requested.next,
        user_id: None,
        email: None,
        mailed_at: None,
        code_hash: None,
        link_hash: None,
        created_at: now,
        expires_at: now + TTL,
        tries: 0,
        used_at: None,
    };
    let task = JobPayload::EmailCode(EmailSignInJob {
        attempt: attempt.clone(),
        who: AnonymousRequest::new(&requested.identifier, caller),
    });
    in_plain_change(context, caller, async |change| {
        repo::email_sign_ins::insert(change.tx, &waiting).await?;
        change.enqueue_anonymous(&task).await
    })
    .await?;
    Ok(attempt)
}

/// Sends the mail, in the worker, if there is an active account with a verified address. Runs one
/// at a time, so that the newest code replaces the others and the hourly limit holds.
#[boxed(?Send)]
pub async fn mail(context: &Context, requested: &EmailSignInJob) -> Result<()> {
    let core = &context.core;
    let caller = requested.who.caller(&core.random);
    let done: FlowResult<()> = in_exclusive_transaction(&core.db, "email-codes", async |tx| {
        let change = Change::new(context, tx, &caller);
        let user = requested.who.account(tx).await?;
        let mailed = match &user {
            Some(user) if rule::can_receive_code(user) => {
                mail_to(change, user, &requested.attempt).await?
            }
            _ => false,
        };
        let event = change.event(AuditKind::EmailCodeRequested, mailed);
        let event = event.about_optional(user.as_ref().map(|user| user.id));
        Ok(change.record(&event).await?)
    })
    .await;
    done.map_err(FlowError::into_server_error)
}

async fn mail_to(change: Change<'_>, user: &User, attempt: &AttemptId) -> Result<bool> {
    let Change {
        context, core, tx, ..
    } = change;
    let now = core.now();
    let limiter = &context.limits.rate_limiter;
    let known = limiter
        .admit_known_mail(MAILS, "code", user, change.caller)
        .await;
    let is_admitted = if let Some(is_admitted) = known {
        is_admitted
    } else {
        let limit = MAILS.scaled(core.config.limits.multiplier);
        let since = now - i64::try_from(limit.window).unwrap_or(i64::MAX);
        let sent = repo::email_sign_ins::times_since(tx, user.id, since, limit.quota).await?;
        (sent.len() as u64) < limit.quota
    };
    if !is_admitted {
        return Ok(false);
    }
    repo::email_sign_ins::disarm(tx, user.id).await?;
    let code = EmailCode::generate(&mut core.rng());
    let token = OpaqueToken::generate(&mut core.rng());
    let hashes = (
        &code.hash(context.accounts.email_code_key.expose(), attempt),
        &token.hash(),
    );
    if !repo::email_sign_ins::arm(tx, attempt, user, hashes, now).await? {
        return Ok(false);
    }
    let content = MailContent::SignInCode {
        code: code.to_groups(),
        url: change.url(&format!("{LINK}?token={}", token.expose())),
    };
    change.mail(user, content).await?;
    Ok(true)
}

/// Returns the maximum number of code attempts per sign-in.
fn max_attempts(core: &Core) -> u64 {
    MAX_ATTEMPTS.scaled(core.config.limits.multiplier).quota
}

#[boxed(?Send)]
pub async fn find(
    core: &Core,
    id: &AttemptId,
    browser: &TokenHash,
) -> FlowResult<EmailSignIn, EmailCodeError> {
    let found = repo::email_sign_ins::find(core.db.read(), id).await?;
    open(core, found, browser)
}

/// Returns the sign-in of a mailed link, for its page, without consuming it.
#[boxed(?Send)]
pub async fn peek(
    core: &Core,
    token: &str,
    browser: &TokenHash,
) -> FlowResult<EmailSignIn, EmailCodeError> {
    let link = TokenHash::digest(token);
    let found = repo::email_sign_ins::find_by_link(core.db.read(), &link).await?;
    open(core, found, browser)
}

async fn look_up(
    conn: &Conn,
    presented: &EmailCodeInput,
) -> Result<Option<EmailSignIn>, StoreError> {
    match presented {
        EmailCodeInput::Code(id, _) => repo::email_sign_ins::find(conn, id).await,
        EmailCodeInput::Link(token) => {
            let link = TokenHash::digest(token.expose());
            repo::email_sign_ins::find_by_link(conn, &link).await
        }
    }
}

fn open(
    core: &Core,
    found: Option<EmailSignIn>,
    browser: &TokenHash,
) -> FlowResult<EmailSignIn, EmailCodeError> {
    let found = found.ok_or(FlowError::Rejected(EmailCodeError::Over))?;
    rule::is_open(&found, browser, max_attempts(core), core.now()).map_err(FlowError::Rejected)?;
    Ok(found)
}

/// The proof that the user read the mail.
#[derive(Debug)]
pub enum EmailCodeInput {
    Code(AttemptId, Secret<String>),
    Link(Secret<String>),
}

#[derive(Debug)]
pub struct EmailCodeAnswer {
    pub presented: EmailCodeInput,
    pub browser: TokenHash,
    pub before: Option<SignedIn>,
}

#[derive(Debug)]
pub struct Completed {
    /// A session, or the second factor.
    pub sign_in: SignIn,
    pub waiting: EmailSignIn,
}

/// Completes a sign-in, or records the failure with its reason.
#[boxed(?Send)]
pub async fn submit(
    context: &Context,
    answer: &EmailCodeAnswer,
    caller: &Caller,
) -> FlowResult<Completed, EmailCodeError> {
    let done = verify(context, answer, caller).await;
    if let Err(FlowError::Rejected(error)) = &done {
        let core = &context.core;
        let found = look_up(core.db.read(), &answer.presented).await;
        // Without the row, only the user and the client are missing.
        let waiting = found.ok().flatten();
        let id = waiting
            .as_ref()
            .and_then(|waiting| waiting.interaction_id.as_ref());
        let client = attempts::client_of(&core.db, id).await;
        let rule = match error {
            EmailCodeError::Over => AttemptRule::Expired,
            EmailCodeError::Finished => AttemptRule::Finished,
            EmailCodeError::OtherBrowser => AttemptRule::OtherBrowser,
            EmailCodeError::Wrong => AttemptRule::WrongCode,
        };
        let failure = EndedAttempt::failure(AttemptStep::EmailCode, rule)
            .by(waiting.as_ref().and_then(|waiting| waiting.user_id))
            .through(client.as_deref());
        context.limits.attempts.record(core.now(), failure, caller);
    }
    done
}

/// Completes a sign-in. An attempt is counted in the store before the code is checked; code and
/// link are consumed in the transaction of the result.
async fn verify(
    context: &Context,
    answer: &EmailCodeAnswer,
    caller: &Caller,
) -> FlowResult<Completed, EmailCodeError> {
    let core = &context.core;
    // Attempts without access to the sign-in are not counted.
    let found = look_up(core.db.read(), &answer.presented).await?;
    open(core, found, &answer.browser)?;
    in_recording_change(context, caller, async |change| {
        let tx = change.tx;
        let (waiting, proof) = match &answer.presented {
            EmailCodeInput::Code(id, code) => {
                let waiting = counted(core, tx, id).await?;
                let typed = EmailCode::parse(code.expose());
                let typed = typed.and_then(|code| hash_of(context, &code, id, &waiting));
                (waiting, EmailCodeProof::Code(typed))
            }
            EmailCodeInput::Link(token) => {
                let found = look_up(tx, &answer.presented).await?;
                let link = TokenHash::digest(token.expose());
                (
                    open(core, found, &answer.browser)?,
                    EmailCodeProof::Link(link),
                )
            }
        };
        let Some(user) = consume(core, tx, &waiting, proof).await? else {
            let event = change.event(AuditKind::LoginFailed, false);
            let event = event
                .about_optional(waiting.user_id)
                .with("method", "email");
            change.record(&event).await?;
            return Err(FlowError::Rejected(EmailCodeError::Wrong));
        };
        let sign_in = enter(change, &waiting, &user, answer).await?;
        Ok(Completed { sign_in, waiting })
    })
    .await
}

/// Returns the hash of a typed code: with the key of the mailed one, or with the newest key.
fn hash_of(
    context: &Context,
    code: &EmailCode,
    id: &AttemptId,
    waiting: &EmailSignIn,
) -> Option<TokenHash> {
    let keys = context.accounts.email_code_key.all();
    let hashes: Vec<TokenHash> = keys.map(|key| code.hash(key, id)).collect();
    let mut matching = hashes
        .iter()
        .filter(|hash| waiting.code_hash == Some(**hash));
    matching.next().or(hashes.first()).copied()
}

/// Counts an attempt with a code; concurrent attempts wait for the row.
async fn counted(
    core: &Core,
    tx: &WriteTx,
    id: &AttemptId,
) -> FlowResult<EmailSignIn, EmailCodeError> {
    let (max, now) = (max_attempts(core), core.now());
    if let Some(waiting) = repo::email_sign_ins::record_attempt(tx, id, max, now).await? {
        return Ok(waiting);
    }
    let found = repo::email_sign_ins::find(tx, id).await?;
    let used = found.is_some_and(|found| found.used_at.is_some());
    Err(FlowError::Rejected(if used {
        EmailCodeError::Finished
    } else {
        EmailCodeError::Over
    }))
}

/// Consumes code and link; returns the user if the proof matches and the user may sign in.
async fn consume(
    core: &Core,
    tx: &WriteTx,
    waiting: &EmailSignIn,
    proof: EmailCodeProof,
) -> Result<Option<User>> {
    let (Some(code), Some(id)) = (waiting.code_hash, waiting.user_id) else {
        return Ok(None);
    };
    if !rule::fits(waiting, proof) {
        return Ok(None);
    }
    let user = repo::users::find_by_id(tx, id).await?;
    let Some(user) = user.filter(|user| rule::is_valid_for(waiting, user)) else {
        return Ok(None);
    };
    let claimed = repo::email_sign_ins::consume(tx, &waiting.id, &code, core.now()).await?;
    Ok(claimed.then_some(user))
}

/// Starts the session, or the second factor if it is required.
async fn enter(
    change: Change<'_>,
    waiting: &EmailSignIn,
    user: &User,
    answer: &EmailCodeAnswer,
) -> Result<SignIn> {
    let Change { core, tx, .. } = change;
    let interaction = login::interaction_of(tx, waiting.interaction_id.as_ref()).await?;
    let step = FirstStep {
        user,
        first: FirstFactor::Email,
        authentication: assurance::email_proof(core.now()),
        upstream: None,
        is_factor_due: change.requires_factor(user.id).await?,
        browser: answer.browser,
        remember: waiting.remember,
        interaction: interaction.as_ref(),
        next: waiting.next.as_deref(),
        before: answer.before.as_ref(),
    };
    let details = vec![("method", "email".to_owned())];
    login::after_first_step(change, &step, details).await
}
