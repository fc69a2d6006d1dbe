//! The language of a page.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use doorward_http_common::header;
use doorward_i18n::Lang;
use doorward_services::context::Core;

use crate::cookies::{self, CookieName};

/// Returns the language for a request: from the client's `ui_locales`, the cookie, the `own` locale
/// of the user, or `Accept-Language`.
pub(super) fn language(
    core: &Core,
    request: &HttpRequest,
    ui_locales: &[String],
    own: Option<&str>,
) -> Lang {
    let cookie = cookies::value(request, core, CookieName::Lang);
    let accepted = header::text(request.headers(), ACCEPT_LANGUAGE);
    doorward_i18n::negotiate(ui_locales, cookie.as_deref(), own, accepted)
}
