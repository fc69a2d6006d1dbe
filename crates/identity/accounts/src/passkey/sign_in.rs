//! Sign-in with a passkey: two factors in one step, without a login identifier.

use doorward_rules::assurance;

use super::ceremony::{
    CeremonyPurpose, Checked, PasskeyResponse, Prompt, Rejected, UNKNOWN, check, prompt,
};
use crate::change::Change;
use crate::change::in_recording_change;
use crate::login;
use crate::notification::notify_new_device;
use crate::prelude::*;

#[derive(Debug)]
pub struct Attempt {
    pub presented: PasskeyResponse,
    pub remember: bool,
    pub interaction: Option<Interaction>,
    pub before: Option<SignedIn>,
    pub browser: TokenHash,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasskeySignInError {
    /// The page was open for too long.
    Stale,
    /// The passkey is of another kind than when it was added, and must be added again.
    Changed,
    /// Anything else. Users do not learn what.
    Rejected,
}

/// Returns the options for the sign-in page, which are the same for all users (ASVS 5.0 §6.3.8).
/// `None` if passkeys are disabled.
pub fn options(context: &Context, browser: &TokenHash) -> Result<Option<Prompt>> {
    prompt(context, CeremonyPurpose::SignIn, &[], browser)
}

/// Verifies a passkey and starts a session. The challenge is consumed in the same transaction.
#[boxed(?Send)]
pub async fn with_passkey(
    context: &Context,
    attempt: Attempt,
    caller: &Caller,
) -> FlowResult<NewSession, PasskeySignInError> {
    let (presented, browser) = (&attempt.presented, &attempt.browser);
    let purpose = CeremonyPurpose::SignIn;
    let checked = check(context, presented, purpose, browser, None).await?;
    let done = in_recording_change(context, caller, async |change| {
        let (tx, now) = (change.tx, change.now());
        let record = async |user: Option<UserId>, rule: AttemptRule, reason: &str| {
            let event = change.event(AuditKind::LoginFailed, false);
            let event = event.with("method", "passkey").with("reason", reason);
            change.record(&event.about_optional(user)).await?;
            let failure = EndedAttempt::failure(AttemptStep::Passkey, rule).by(user);
            let failure = failure.within(attempt.interaction.as_ref());
            let failure = failure.with("cause", reason);
            context.limits.attempts.record(now, failure, caller);
            Ok::<_, StoreError>(())
        };
        let rejection = Err(FlowError::Rejected(PasskeySignInError::Rejected));
        let checked = match &checked {
            Ok(checked) => checked,
            Err(rejected) => {
                rejected.mark_copied(tx, now).await?;
                record(rejected.user, rejection_rule(rejected), rejected.reason).await?;
                if rejected.is_stale {
                    return Err(FlowError::Rejected(PasskeySignInError::Stale));
                }
                if rejected.is_changed() {
                    return Err(FlowError::Rejected(PasskeySignInError::Changed));
                }
                return rejection;
            }
        };
        let owner = checked.passkey.user_id;
        let user = repo::users::find_by_id(tx, owner).await?;
        let Some(user) = user.filter(User::is_active) else {
            record(Some(owner), AttemptRule::UserDisabled, "disabled").await?;
            return rejection;
        };
        if !checked.accept(tx, now).await? {
            record(Some(owner), AttemptRule::PasskeyRejected, "used before").await?;
            return rejection;
        }
        record_success(change, &user, checked).await?;
        let authentication = assurance::passkey_proof(checked.passkey.backup_eligible, now);
        let beginning = SessionStart {
            user: &user,
            authentication: &authentication,
            remember: attempt.remember,
            upstream: None,
            before: attempt.before.as_ref(),
        };
        let interaction = attempt.interaction.as_ref();
        Ok(login::enter(change, &beginning, interaction).await?)
    })
    .await;
    if let (Ok(_), Ok(checked)) = (&done, &checked) {
        let success = EndedAttempt::success(AttemptStep::Passkey, checked.passkey.user_id);
        let success = success.within(attempt.interaction.as_ref());
        let attempts = &context.limits.attempts;
        attempts.record(context.core.now(), success, caller);
    }
    done
}

/// Records a sign-in with a passkey, and ends the lockout of a known device.
async fn record_success(change: Change<'_>, user: &User, checked: &Checked) -> Result<()> {
    let limiter = &change.context.limits.rate_limiter;
    limiter
        .end_device_lockout(change.tx, user, change.caller, change.now())
        .await?;
    let event = change
        .own_event(AuditKind::LoginSucceeded, user.id)
        .with("method", "passkey")
        .with("passkey", checked.passkey.id.to_string())
        .with_optional("counter", checked.counter_detail());
    let event = notify_new_device(change, user, event).await?;
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
