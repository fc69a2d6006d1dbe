//! The cookies at the host of a site: its session, and the browser that starts a sign-in.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderMap;
use doorward_domain::secret::OpaqueToken;
use doorward_http_common::cookies;

use crate::canonical::Scheme;
use crate::proxy::Arrival;

/// Time for which a browser keeps the cookie of its sign-ins, in seconds.
const START: i64 = 60 * 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CookieName {
    Session,
    /// Binds sign-ins in progress to the browser.
    Start,
}

impl CookieName {
    /// Returns the name. Over HTTPS it has the prefix `__Host-`, so that no other host can set the cookie.
    pub const fn on_wire(self, scheme: Scheme) -> &'static str {
        match (self, scheme) {
            (Self::Session, Scheme::Https) => "__Host-doorward_site",
            (Self::Session, Scheme::Http) => "doorward_site",
            (Self::Start, Scheme::Https) => "__Host-doorward_start",
            (Self::Start, Scheme::Http) => "doorward_start",
        }
    }
}

/// Returns the value of a cookie, if the browser sent exactly one of that name and it is one of this server.
pub fn read(headers: &HeaderMap, arrival: &Arrival, name: CookieName) -> Option<OpaqueToken> {
    let sent = cookies::value(headers, name.on_wire(arrival.scheme));
    sent.and_then(OpaqueToken::parse)
}

/// Returns the cookie of a session. It lasts for `seconds`, or else until the browser is closed.
pub fn session(arrival: &Arrival, token: &OpaqueToken, seconds: Option<i64>) -> Cookie<'static> {
    build(arrival, CookieName::Session, token.expose(), seconds)
}

pub fn start(arrival: &Arrival, token: &OpaqueToken) -> Cookie<'static> {
    build(arrival, CookieName::Start, token.expose(), Some(START))
}

/// Returns a cookie that ends the session.
pub fn no_session(arrival: &Arrival) -> Cookie<'static> {
    build(arrival, CookieName::Session, "", Some(0))
}

fn build(
    arrival: &Arrival,
    name: CookieName,
    value: &str,
    seconds: Option<i64>,
) -> Cookie<'static> {
    let mut cookie = Cookie::build(name.on_wire(arrival.scheme), value.to_owned())
        .path("/")
        .http_only(true)
        .secure(arrival.scheme == Scheme::Https)
        // Lax, not Strict: a link from another site leads to the page, not to a sign-in.
        .same_site(SameSite::Lax)
        .finish();
    if let Some(seconds) = seconds {
        cookie.set_max_age(Duration::seconds(seconds));
    }
    cookie
}
