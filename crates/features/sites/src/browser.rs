//! The values that a browser keeps for the host of a site: two cookies, and the state of a sign-in between the request
//! and the callback. The state is encrypted in the parameter `state`, and bound to the host and to a cookie: another
//! browser cannot use it (login CSRF).

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderMap;
use doorward_domain::derived_keys::CookieKey;
use doorward_domain::model::group::is_at_or_below;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_http_common::cookies;
use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalPath, Host, Scheme};
use crate::proxy::PAGES;
use crate::rule::Arrival;

/// Time for which a browser keeps the cookie of its sign-ins, in seconds.
pub const START: i64 = 60 * 60;
/// Maximum time of a sign-in in seconds: that of its interaction.
const TTL: i64 = 30 * 60;
/// Maximum length of a path with its query to return to. A longer one is left out.
const MAX_TARGET: usize = 2_000;

doorward_protocol::words! {
    pub enum CookieName {
        Session = "doorward_site",
        /// Binds sign-ins in progress to the browser.
        Start = "doorward_start",
    }
}

impl CookieName {
    /// Returns the name. Over HTTPS it has the prefix `__Host-`, so that no other host can set the cookie.
    fn on_wire(self, scheme: Scheme) -> String {
        match scheme {
            Scheme::Https => format!("__Host-{}", self.as_str()),
            Scheme::Http => self.as_str().to_owned(),
        }
    }
}

/// Returns the value of a cookie, if the browser sent exactly one of that name and it is one of this server.
pub fn read_cookie(
    headers: &HeaderMap,
    arrival: &Arrival,
    name: CookieName,
) -> Option<OpaqueToken> {
    let sent = cookies::value(headers, &name.on_wire(arrival.scheme));
    sent.and_then(OpaqueToken::parse)
}

/// Sets a cookie for this many seconds, or else until the browser is closed; 0 deletes it.
pub fn set_cookie(
    response: &mut HttpResponse,
    arrival: &Arrival,
    (name, value): (CookieName, &str),
    seconds: Option<i64>,
) {
    let mut cookie = Cookie::build(name.on_wire(arrival.scheme), value)
        .path("/")
        .http_only(true)
        .secure(arrival.scheme == Scheme::Https)
        // Lax, not Strict: a link from another site leads to the page, not to a sign-in.
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(seconds.map(Duration::seconds));
    // A cookie of plain characters is always a valid header.
    let _ = response.add_cookie(&cookie);
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Path and query at the host to return to.
    pub target: String,
    /// The code verifier (RFC 7636 §4.1).
    pub verifier: String,
    pub expires_at: UnixSeconds,
}

impl State {
    pub fn new(target: String, verifier: &OpaqueToken, now: UnixSeconds) -> Self {
        Self {
            target,
            verifier: verifier.expose().to_owned(),
            expires_at: now + TTL,
        }
    }

    /// Decrypts the state of a browser at a host; `None` for another one, and after its end.
    pub fn open(
        text: &str,
        key: &CookieKey,
        host: &Host,
        browser: &OpaqueToken,
        now: UnixSeconds,
    ) -> Option<Self> {
        let state: Self = key.open_json(text, &bound_to(host, browser))?;
        (now < state.expires_at).then_some(state)
    }
}

/// Returns the place of a sealed state: the host, and the hash of the cookie.
pub fn bound_to(host: &Host, browser: &OpaqueToken) -> Vec<u8> {
    let hash = browser.hash();
    [hash.as_bytes(), host.as_str().as_bytes()].concat()
}

/// Returns a path with its query if the browser may be redirected there, at the same host: otherwise that of the
/// first page. No value leads to another host.
pub fn own_target(text: &str) -> String {
    let path = text.split('?').next().unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#');
    let is_own = text.bytes().all(is_plain)
        && text.len() <= MAX_TARGET
        && CanonicalPath::parse(path).is_ok_and(|path| !is_page(path.as_str()));
    if is_own { text } else { "/" }.to_owned()
}

/// Returns true for the path of a page that the proxy passes on to this server.
pub fn is_page(path: &str) -> bool {
    is_at_or_below(PAGES, &path.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
