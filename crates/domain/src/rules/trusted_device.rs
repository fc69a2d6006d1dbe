//! When a person's trust in a browser takes the place of their second step (decision 62).
//!
//! It never stands for a proof: the session says what was proved, and whatever asks for two factors asks.

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::prompt::Prompt;

/// Browsers that one account may trust at a time; the oldest goes first.
pub const MOST: usize = 10;

/// Accounts that one browser keeps trust for, the latest first.
pub const IN_ONE_BROWSER: usize = 5;

/// What the sign-in is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignInContext<'a> {
    /// The request of the app that waits for it.
    pub request: Option<&'a AuthorizationRequest>,
    /// The app demands a second factor.
    pub client_demands: bool,
    /// The operator demands one of this person.
    pub role_demands: bool,
    /// The person is signed in in this browser already, and proves themselves once more.
    pub proves_again: bool,
}

/// Whether only the person themselves wants the second step at this sign-in, so that their trust in the
/// browser may spare it. Where anybody else asks for more than a password, or for a fresh proof, it is
/// asked for.
pub fn may_spare(occasion: &SignInContext<'_>) -> bool {
    let asked = occasion.request.is_some_and(|request| {
        !request.acr_values.is_empty()
            || request.claims.id_token.contains_key("acr")
            || request.max_age.is_some()
            || request.prompt.contains(Prompt::Login)
    });
    !asked && !occasion.client_demands && !occasion.role_demands && !occasion.proves_again
}

#[cfg(test)]
mod tests;
