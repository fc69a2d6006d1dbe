//! Sign-in with a passkey: two factors in one step, without a login identifier.

use doorward_domain::model::{
    AttemptRule, AttemptStep, AuditKind, Interaction, PasskeyId, User, UserId,
};
use doorward_domain::secret::TokenHash;
use doorward_rules::assurance;
use doorward_services::attempts::EndedAttempt;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Accounts, Context, Core, Limits};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::session::{NewSession, SessionStart};
use doorward_services::signed_in::SignedIn;
use doorward_services::transaction::in_recording_transaction;
use doorward_store::repo;

use super::ceremony::{CeremonyPurpose, PasskeyResponse, Prompt, Rejected, UNKNOWN, check, prompt};
use crate::change::Change;
use crate::login;
use crate::notification::notify_new_device;

#[derive(Debug)]
pub struct Attempt {
    pub presented: PasskeyResponse,
    pub remember: bool,
    pub interaction: Option<Interaction>,
    pub before: Option<SignedIn>,
    /// SHA-256 of the browser's cookie.
    pub browser: TokenHash,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasskeySignInError {
    /// The page was open for too long.
    Stale,
    /// Anything else. Users do not learn what.
    Rejected,
}

/// Returns the options for the sign-in page, which are the same for all users (ASVS 5.0 §6.3.8).
/// `None` if passkeys are disabled.
pub fn options(
    core: &Core,
    accounts: &Accounts,
    browser: &TokenHash,
) -> Result<Option<Prompt>, ServerError> {
    prompt(core, accounts, CeremonyPurpose::SignIn, &[], browser)
}

/// Verifies a passkey and starts a session. The challenge is consumed in the same transaction.
pub async fn with_passkey(
    context: &Context,
    attempt: Attempt,
    caller: &Caller,
) -> Result<NewSession, FlowError<PasskeySignInError>> {
    let Context { core, delivery, .. } = context;
    let (presented, browser) = (&attempt.presented, &attempt.browser);
    let checked = check(
        core,
        &context.accounts,
        presented,
        CeremonyPurpose::SignIn,
        browser,
        None,
    )
    .await?;
    let done = in_recording_transaction(&core.db, async |tx| {
        let now = core.now();
        let change = Change::new(core, delivery, tx, caller);
        let failed = |reason: &str| {
            let event = caller.event(AuditKind::LoginFailed, false, now);
            event.with("method", "passkey").with("reason", reason)
        };
        let record = |user: Option<UserId>, rule: AttemptRule, reason: &str| {
            let failure = EndedAttempt::failure(AttemptStep::Passkey, rule).by(user);
            let failure = failure.within(attempt.interaction.as_ref());
            let failure = failure.with("cause", reason);
            context.limits.attempts.record(now, failure, caller);
        };
        let checked = match &checked {
            Ok(checked) => checked,
            Err(rejected) => {
                rejected.mark_copied(tx, now).await?;
                let event = failed(rejected.reason).about_optional(rejected.user);
                repo::audit::insert(tx, &event).await?;
                record(rejected.user, rejection_rule(rejected), rejected.reason);
                return Err(FlowError::Rejected(if rejected.is_stale {
                    PasskeySignInError::Stale
                } else {
                    PasskeySignInError::Rejected
                }));
            }
        };
        let owner = checked.passkey.user_id;
        let user = repo::users::find_by_id(tx, owner).await?;
        let Some(user) = user.filter(User::is_active) else {
            let event = failed("disabled").about(owner);
            repo::audit::insert(tx, &event).await?;
            record(Some(owner), AttemptRule::UserDisabled, "disabled");
            return Err(FlowError::Rejected(PasskeySignInError::Rejected));
        };
        if !checked.accept(tx, now).await? {
            let event = failed("used before").about(owner);
            repo::audit::insert(tx, &event).await?;
            record(Some(owner), AttemptRule::PasskeyRejected, "used before");
            return Err(FlowError::Rejected(PasskeySignInError::Rejected));
        }
        record_success(change, &context.limits, &user, checked.passkey.id).await?;
        let authentication = assurance::passkey_proof(checked.passkey.backup_eligible, now);
        let beginning = SessionStart {
            user: &user,
            authentication: &authentication,
            remember: attempt.remember,
            before: attempt.before.as_ref(),
        };
        let interaction = attempt.interaction.as_ref();
        Ok(login::enter(change, &beginning, interaction).await?)
    })
    .await;
    if let (Ok(_), Ok(checked)) = (&done, &checked) {
        let success = EndedAttempt::success(AttemptStep::Passkey, checked.passkey.user_id);
        let success = success.within(attempt.interaction.as_ref());
        context.limits.attempts.record(core.now(), success, caller);
    }
    delivery.jobs.wake();
    done
}

/// Records a sign-in with a passkey, and ends the lockout of a known device.
async fn record_success(
    change: Change<'_>,
    limits: &Limits,
    user: &User,
    passkey: PasskeyId,
) -> Result<(), ServerError> {
    let (core, tx, caller) = (change.core, change.tx, change.caller);
    let (now, limiter) = (core.now(), &limits.rate_limiter);
    limiter.end_device_lockout(tx, user, caller, now).await?;
    let event = caller
        .own_event(AuditKind::LoginSucceeded, user.id, now)
        .with("method", "passkey")
        .with("passkey", passkey.to_string());
    let event = notify_new_device(change, limits, user, event).await?;
    change.record(&event).await?;
    Ok(())
}

fn rejection_rule(rejected: &Rejected) -> AttemptRule {
    match (rejected.is_stale, rejected.user) {
        (true, _) => AttemptRule::Expired,
        (false, None) if rejected.reason == UNKNOWN => AttemptRule::PasskeyUnknown,
        (false, _) => AttemptRule::PasskeyRejected,
    }
}
