//! The result of linking an account, in an address of the page of linked accounts.

use doorward_services::federation::provider::Refusal;
use doorward_templates::providers::LinksProblem;

pub(super) const HOME: &str = "/account/providers";

/// The page after a journey that was to link an account.
pub(super) fn after(outcome: Result<(), Refusal>) -> String {
    match outcome {
        Ok(()) => format!("{HOME}?done=linked"),
        Err(refusal) => format!("{HOME}?problem={}", word(refusal)),
    }
}

/// A refusal in an address of ours, and back.
pub(super) const fn word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Taken => "taken",
        Refusal::TooMany => "full",
        Refusal::Stays => "stays",
        _ => "failed",
    }
}

pub(super) fn problem_of(word: &str) -> Option<LinksProblem> {
    match word {
        "taken" => Some(LinksProblem::Taken),
        "full" => Some(LinksProblem::TooMany),
        "stays" => Some(LinksProblem::Stays),
        "failed" => Some(LinksProblem::Failed),
        _ => None,
    }
}
