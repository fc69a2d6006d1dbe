//! The result of linking an account, as a parameter of the linked accounts page.

use doorward_accounts::federation::provider::FederationError;
use doorward_templates::login::ProviderProblem;
use doorward_templates::providers::LinkedAccountsError;

pub(super) const HOME: &str = "/account/providers";

/// Returns the page after an attempt to link an account.
pub(super) fn after(outcome: Result<(), FederationError>) -> String {
    match outcome {
        Ok(()) => format!("{HOME}?done=linked"),
        Err(error) => format!("{HOME}?problem={}", error_code(error)),
    }
}

pub(super) fn error_code(error: FederationError) -> &'static str {
    match error {
        FederationError::Taken => "taken",
        FederationError::TooMany => "full",
        FederationError::Stays => "stays",
        other => provider_problem(other).as_str(),
    }
}

/// Returns the reason why a sign-in with a provider failed, in words for the user.
pub(super) fn provider_problem(error: FederationError) -> ProviderProblem {
    match error {
        FederationError::Denied => ProviderProblem::Denied,
        FederationError::Unavailable => ProviderProblem::Unavailable,
        FederationError::Closed => ProviderProblem::Closed,
        FederationError::TooOld => ProviderProblem::TooOld,
        FederationError::Unaccepted(cause) => cause.into(),
        _ => ProviderProblem::Rejected,
    }
}

pub(super) fn problem_of(word: &str) -> Option<LinkedAccountsError> {
    match word {
        "taken" => Some(LinkedAccountsError::Taken),
        "full" => Some(LinkedAccountsError::TooMany),
        "stays" => Some(LinkedAccountsError::Stays),
        other => ProviderProblem::parse(other).map(LinkedAccountsError::Provider),
    }
}
