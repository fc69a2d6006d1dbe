//! The trusted-device cookie of a browser, for any account.

use actix_web::HttpRequest;
use doorward_accounts::trusted_device::TrustCookie;
use doorward_services::context::Core;

use crate::cookies::{self, CookieName};

/// Reads the trusted-device cookie; empty without one.
pub(crate) fn from_request(request: &HttpRequest, core: &Core) -> TrustCookie {
    let sent = cookies::value(request, core, CookieName::Trust);
    sent.as_deref()
        .and_then(TrustCookie::parse)
        .unwrap_or_default()
}
