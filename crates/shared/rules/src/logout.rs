//! Redirects after sign-out (OIDC RP-Initiated Logout 1.0 §2 and §3).

use doorward_protocol::redirect_uri;
use url::{Origin, Url};

use doorward_domain::model::Client;

/// The response to a sign-out request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutPlan {
    /// True if the user must confirm, because nothing proves that their own client sent the
    /// request.
    pub confirm: bool,
    /// The redirect URI for afterwards; `state` is appended.
    pub redirect: Option<String>,
}

/// The facts of a sign-out request.
#[derive(Clone, Copy, Debug)]
pub struct LogoutContext<'a> {
    /// The client named by `client_id` or by the hint's audience, if it is registered and active.
    pub client: Option<&'a Client>,
    /// True if the request has a valid `id_token_hint` of the session's subject.
    pub hint_fits_session: bool,
    pub signed_in: bool,
    pub redirect_uri: Option<&'a str>,
}

/// Plans a sign-out. Accepts the redirect URI only if the client registered it, byte by byte.
pub fn plan(context: &LogoutContext<'_>) -> LogoutPlan {
    let redirect = context.redirect_uri.and_then(|uri| {
        let client = context.client?;
        client
            .post_logout_redirect_uris
            .iter()
            .find(|post_logout_redirect_uris| *post_logout_redirect_uris == uri)
            .cloned()
    });
    LogoutPlan {
        confirm: context.signed_in && !context.hint_fits_session,
        redirect,
    }
}

/// Returns the URL of the frame that notifies a client of the end of a session, always with `iss`
/// and `sid` (OIDC Front-Channel Logout §2).
pub fn frame(address: &str, issuer: &str, sid: &str) -> String {
    redirect_uri::with_query(address, &[("iss", issuer), ("sid", sid)])
}

/// Returns true if a client may register this URL for frames: it has scheme, host and port of one
/// of its redirect URIs (OIDC Front-Channel Logout §2).
pub fn is_frame_of(client: &Client, address: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let own = origin(address);
    let mut places = client.redirect_uris.iter();
    own.as_ref().is_some_and(Origin::is_tuple) && places.any(|uri| origin(uri) == own)
}

#[cfg(test)]
mod tests;
