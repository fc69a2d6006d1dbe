//! The result of linking an account, in an address of the page of linked accounts.

use doorward_services::federation::provider::FederationError;
use doorward_templates::providers::LinkedAccountsError;

pub(super) const HOME: &str = "/account/providers";

/// The page after a journey that was to link an account.
pub(super) fn after(outcome: Result<(), FederationError>) -> String {
    match outcome {
        Ok(()) => format!("{HOME}?done=linked"),
        Err(refusal) => format!("{HOME}?problem={}", word(refusal)),
    }
}

/// A refusal in an address of ours, and back.
pub(super) const fn word(refusal: FederationError) -> &'static str {
    match refusal {
        FederationError::Taken => "taken",
        FederationError::TooMany => "full",
        FederationError::Stays => "stays",
        _ => "failed",
    }
}

pub(super) fn problem_of(word: &str) -> Option<LinkedAccountsError> {
    match word {
        "taken" => Some(LinkedAccountsError::Taken),
        "full" => Some(LinkedAccountsError::TooMany),
        "stays" => Some(LinkedAccountsError::Stays),
        "failed" => Some(LinkedAccountsError::Failed),
        _ => None,
    }
}
