//! The language of a page.

use doorward_i18n::Lang;
use doorward_rules::brand::Brand;

use crate::cookies::{self, CookieName};
use crate::prelude::*;

/// Returns the language for a request: from the client's `ui_locales`, the cookie, the `own` locale
/// of the user, `Accept-Language`, the brand, or the configuration.
pub(super) fn language(
    core: &Core,
    request: &HttpRequest,
    brand: &Brand,
    ui_locales: &[String],
    own: Option<&str>,
) -> Lang {
    let cookie = cookies::value(request, core, CookieName::Lang);
    let accepted = header::text(request.headers(), ACCEPT_LANGUAGE);
    let fallback = brand.default_language.as_deref().and_then(Lang::from_tag);
    let fallback = fallback.unwrap_or_else(|| core.default_lang());
    doorward_i18n::negotiate(ui_locales, cookie.as_deref(), own, accepted, fallback)
}
