//! Where a person may go after signing out (OIDC RP-Initiated Logout 1.0 §2 and §3).

use doorward_protocol::redirect_uri;
use url::{Origin, Url};

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

/// What the browser loads in a frame to tell a client that a session has ended; `iss` and `sid` are
/// always there (OIDC Front-Channel Logout §2).
pub fn frame(address: &str, issuer: &str, sid: &str) -> String {
    redirect_uri::with_query(address, &[("iss", issuer), ("sid", sid)])
}

/// May a client register this address for frames? §2: it has scheme, host and port of one of its
/// redirect URIs.
pub fn is_frame_of(client: &Client, address: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let own = origin(address);
    let mut places = client.redirect_uris.iter();
    own.as_ref().is_some_and(Origin::is_tuple) && places.any(|uri| origin(uri) == own)
}

#[cfg(test)]
mod tests;
