//! Where a person may go after signing out (OIDC RP-Initiated Logout 1.0 §2 and §3).

use crate::model::Client;

/// What the sign-out request comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutPlan {
    /// Whether the person has to confirm: nothing proves that their own app asked.
    pub confirm: bool,
    /// Where they go afterwards, with `state`.
    pub redirect: Option<String>,
}

/// The facts of a sign-out request.
#[derive(Clone, Copy, Debug)]
pub struct LogoutFacts<'a> {
    /// The client named by `client_id` or by the hint's audience, if it is registered and active.
    pub client: Option<&'a Client>,
    /// Whether a valid `id_token_hint` of the session's own subject came along.
    pub hint_fits_session: bool,
    /// Whether anybody is signed in.
    pub signed_in: bool,
    /// `post_logout_redirect_uri`.
    pub redirect_uri: Option<&'a str>,
}

/// Plans a sign-out. The redirect URI counts only if the client registered it, byte by byte.
pub fn plan(facts: &LogoutFacts<'_>) -> LogoutPlan {
    let redirect = facts.redirect_uri.and_then(|uri| {
        let client = facts.client?;
        client
            .post_logout_redirect_uris
            .iter()
            .find(|one| *one == uri)
            .cloned()
    });
    LogoutPlan {
        confirm: facts.signed_in && !facts.hint_fits_session,
        redirect,
    }
}

#[cfg(test)]
mod tests;
