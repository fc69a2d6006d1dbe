//! Trusted devices: conditions under which a browser skips the second factor (decision 62).
//!
//! A trusted device never counts as a factor: the session records the actual authentication, and
//! whatever requires two factors prompts for the second.

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::prompt::Prompt;

/// The maximum number of trusted devices of one account; the oldest is removed first.
pub const MAX_DEVICES: usize = 10;

/// The maximum number of accounts for which one browser keeps trust, the latest first.
pub const MAX_PER_BROWSER: usize = 5;

#[derive(Clone, Copy, Debug, Default)]
pub struct SignInContext<'a> {
    /// The authorization request that waits for it.
    pub request: Option<&'a AuthorizationRequest>,
    /// True if the client requires a second factor.
    pub client_demands: bool,
    /// True if the operator requires one of this user.
    pub role_demands: bool,
    /// True if the user is already signed in in this browser and reauthenticates.
    pub proves_again: bool,
}

/// Returns true if only the user's own setting requires the second factor at this sign-in, so that
/// a trusted device may skip it. Any other requirement of stronger or fresh authentication prompts
/// for it.
pub fn can_skip_factor(occasion: &SignInContext<'_>) -> bool {
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
