//! What a browser brings along about the accounts that it was used for.

use actix_web::HttpRequest;

use super::Page;
use crate::flow::known_device::KnownDevice;
use crate::flow::trusted_device::TrustCookie;
use crate::http::cookies::{self, CookieName};
use crate::state::State;

impl Page {
    /// What this browser says about the accounts that were signed in to here.
    pub fn known_device(&self) -> Option<KnownDevice> {
        self.caller.device.clone()
    }

    /// Whether the offer of a passkey was put off in this browser.
    pub fn puts_passkey_off(&self) -> bool {
        cookies::value(&self.request, &self.state, CookieName::Later).is_some()
    }

    /// What this browser is trusted by, for any account.
    pub fn trust(&self) -> TrustCookie {
        of(&self.request, &self.state)
    }
}

pub(super) fn of(request: &HttpRequest, state: &State) -> TrustCookie {
    let sent = cookies::value(request, state, CookieName::Trust);
    sent.as_deref()
        .and_then(TrustCookie::parse)
        .unwrap_or_default()
}
