//! The result of linking an account, as a parameter of the linked accounts page.

use doorward_accounts::federation::provider::FederationError;
use doorward_templates::providers::LinkedAccountsError;

pub(super) const HOME: &str = "/account/providers";

/// Returns the page after an attempt to link an account.
pub(super) fn after(outcome: Result<(), FederationError>) -> String {
    match outcome {
        Ok(()) => format!("{HOME}?done=linked"),
        Err(error) => format!("{HOME}?problem={}", error_code(error)),
    }
}

pub(super) const fn error_code(error: FederationError) -> &'static str {
    match error {
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
