//! The devices that a browser is trusted by, for any account.

use actix_web::HttpRequest;

use crate::flow::trusted_device::TrustCookie;
use crate::http::cookies::{self, CookieName};
use crate::state::State;

/// Reads the cookie of trusted devices; empty without one.
pub(in crate::http) fn of(request: &HttpRequest, state: &State) -> TrustCookie {
    let sent = cookies::value(request, state, CookieName::Trust);
    sent.as_deref()
        .and_then(TrustCookie::parse)
        .unwrap_or_default()
}
