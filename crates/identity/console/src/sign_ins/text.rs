//! The texts of a sign-in attempt, and what helps after it.

use doorward_domain::model::{AttemptOutcome, AttemptRule, AttemptStep, SignInAttempt};
use doorward_protocol::error::Reason;

use crate::people::actions::UserAction;

/// The page of what changes the outcome of the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suggestion {
    User(UserAction),
    /// The client: its page shows the state and the registered values.
    App,
    AppSettings,
    AppSecret,
    Provider,
}

/// Returns what helps after an attempt; `None` if only the user can do something.
pub(crate) fn suggestion(attempt: &SignInAttempt) -> Option<Suggestion> {
    use AttemptRule as Rule;
    match attempt.outcome {
        AttemptOutcome::Succeeded => return None,
        AttemptOutcome::Rejected => return of_rejected_request(&attempt.rule),
        AttemptOutcome::Failed | AttemptOutcome::Abandoned => {}
    }
    match Rule::parse(&attempt.rule)? {
        Rule::UserDisabled => Some(Suggestion::User(UserAction::Enable)),
        Rule::WrongPassword | Rule::NoPassword => Some(Suggestion::User(UserAction::ResetPassword)),
        Rule::Lockout => Some(Suggestion::User(UserAction::Unlock)),
        Rule::WrongCode
        | Rule::CodesDelayed
        | Rule::CodesLocked
        | Rule::FactorMissing
        | Rule::PasskeyRejected
            if attempt.step != AttemptStep::EmailCode =>
        {
            Some(Suggestion::User(UserAction::ResetFactors))
        }
        Rule::ProviderDisabled
        | Rule::ProviderUnavailable
        | Rule::ProviderRejected
        | Rule::ProviderTooOld
        | Rule::ProviderClosed => Some(Suggestion::Provider),
        Rule::GrantRejected => Some(Suggestion::App),
        _ => None,
    }
}

/// Returns what helps after a rejected request; `None` without a client.
fn of_rejected_request(rule: &str) -> Option<Suggestion> {
    Some(match Reason::parse(rule) {
        Some(Reason::UnknownClient) => return None,
        Some(Reason::UserDisabled) => Suggestion::User(UserAction::Enable),
        Some(Reason::Secret) => Suggestion::AppSecret,
        Some(
            Reason::AuthMethod
            | Reason::AssertionKey
            | Reason::Certificate
            | Reason::GrantType
            | Reason::RedirectUri
            | Reason::ChallengeMissing
            | Reason::ResponseMode
            | Reason::Scope
            | Reason::Resource
            | Reason::ResourceUnknown
            | Reason::PushRequired
            | Reason::SignatureRequired,
        ) => Suggestion::AppSettings,
        _ => Suggestion::App,
    })
}

/// Returns the message of the reason; `None` for a reason about parameters of a request.
pub(crate) fn reason_key(attempt: &SignInAttempt) -> Option<&'static str> {
    use AttemptRule as Rule;
    if attempt.outcome == AttemptOutcome::Rejected {
        return request_key(Reason::parse(&attempt.rule)?);
    }
    Some(match Rule::parse(&attempt.rule)? {
        Rule::Completed => "console-why-completed",
        Rule::UnknownUser => "console-why-unknown-user",
        Rule::WrongPassword => "console-why-wrong-password",
        Rule::NoPassword => "console-why-no-password",
        Rule::PasswordWithdrawn => "console-why-password-withdrawn",
        Rule::PasswordChanged => "console-why-password-changed",
        Rule::UserDisabled => "console-why-user-disabled",
        Rule::Lockout => "console-why-lockout",
        Rule::RateLimit => "console-why-rate-limit",
        Rule::WrongCode => "console-why-wrong-code",
        Rule::CodesDelayed => "console-why-codes-delayed",
        Rule::CodesLocked => "console-why-codes-locked",
        Rule::Expired => "console-why-expired",
        Rule::Finished => "console-why-finished",
        Rule::OtherBrowser => "console-why-other-browser",
        Rule::FactorMissing => "console-why-factor-missing",
        Rule::PasskeyRejected => "console-why-passkey-rejected",
        Rule::PasskeyUnknown => "console-why-passkey-unknown",
        Rule::ProviderDenied => "console-why-provider-denied",
        Rule::ProviderDisabled => "console-why-provider-disabled",
        Rule::ProviderUnavailable => "console-why-provider-unavailable",
        Rule::ProviderRejected => "console-why-provider-rejected",
        Rule::ProviderTooOld => "console-why-provider-too-old",
        Rule::ProviderClosed => "console-why-provider-closed",
        Rule::ProviderLink => "console-why-provider-link",
        Rule::EmailNotVerified => "console-why-email-not-verified",
        Rule::FactorRequired => "console-why-factor-required",
        Rule::NotMember => "console-why-not-member",
        Rule::AppPasswordUnknown => "console-why-app-password",
        Rule::ApiKeyRejected => "console-why-api-key",
        Rule::GrantRejected => "console-why-grant-rejected",
    })
}

/// Returns the message of the reason for a rejected request. Reasons about parameters have none: the
/// developer of the app needs their names.
const fn request_key(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::UnknownClient => "console-why-app-unknown",
        Reason::ClientDisabled => "console-why-app-disabled",
        Reason::AuthMethod => "console-why-app-method",
        Reason::Secret => "console-why-app-secret",
        Reason::GrantType => "console-why-app-grant",
        Reason::RedirectUri => "console-why-redirect",
        Reason::RedirectUriMissing => "console-why-redirect-missing",
        Reason::Scope => "console-why-scope",
        Reason::CodeUsed => "console-why-code-used",
        Reason::CodeExpired => "console-why-code-expired",
        Reason::RefreshToken => "console-why-refresh",
        Reason::GrantEnded => "console-why-access-ended",
        Reason::UserGone => "console-why-user-deleted",
        Reason::UserDisabled => "console-why-user-disabled",
        Reason::UserLeaving => "console-why-user-leaving",
        Reason::SessionEnded => "console-why-session-ended",
        Reason::MembershipLost => "console-why-not-member",
        Reason::SecondFactorMissing => "console-why-without-factor",
        Reason::PasskeyMissing => "console-why-without-passkey",
        _ => return None,
    })
}

pub(crate) const fn outcome_key(outcome: AttemptOutcome) -> &'static str {
    match outcome {
        AttemptOutcome::Succeeded => "console-outcome-succeeded",
        AttemptOutcome::Failed => "console-outcome-failed",
        AttemptOutcome::Rejected => "console-outcome-rejected",
        AttemptOutcome::Abandoned => "console-outcome-abandoned",
    }
}

pub(crate) const fn step_key(step: AttemptStep) -> &'static str {
    match step {
        AttemptStep::Password => "password",
        AttemptStep::Passkey => "console-step-passkey",
        AttemptStep::EmailCode => "console-step-email",
        AttemptStep::OperatorLink => "console-step-operator",
        AttemptStep::Provider => "console-provider",
        AttemptStep::SecondFactor => "console-second-step",
        AttemptStep::FirstParty => "console-step-first-party",
        AttemptStep::Consent => "console-step-consent",
        AttemptStep::Authorize => "console-step-authorize",
        AttemptStep::Token => "console-step-exchange",
        AttemptStep::Ldap => "console-step-ldap",
    }
}

#[cfg(test)]
mod tests;
