//! The cookies at the host of a site: its session, and the browser that starts a sign-in.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::HeaderMap;
use doorward_domain::secret::OpaqueToken;
use doorward_http_common::cookies;

use crate::canonical::Scheme;
use crate::rule::Arrival;

/// Time for which a browser keeps the cookie of its sign-ins, in seconds.
pub const START: i64 = 60 * 60;

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
pub fn read(headers: &HeaderMap, arrival: &Arrival, name: CookieName) -> Option<OpaqueToken> {
    let sent = cookies::value(headers, &name.on_wire(arrival.scheme));
    sent.and_then(OpaqueToken::parse)
}

/// Sets a cookie for this many seconds, or else until the browser is closed; 0 deletes it.
pub fn set(
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
