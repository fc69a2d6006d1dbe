//! The trusted-device cookie of a browser, for any account.

use actix_web::HttpRequest;
use doorward_services::context::Context;
use doorward_services::trusted_device::TrustCookie;

use crate::cookies::{self, CookieName};

/// Reads the trusted-device cookie; empty without one.
pub(crate) fn of(request: &HttpRequest, context: &Context) -> TrustCookie {
    let sent = cookies::value(request, context, CookieName::Trust);
    sent.as_deref()
        .and_then(TrustCookie::parse)
        .unwrap_or_default()
}
