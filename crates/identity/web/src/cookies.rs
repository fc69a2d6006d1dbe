//! Names and attributes of the identity server's cookies.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use doorward_accounts::trusted_device::TrustCookie;
use doorward_domain::model::ProviderId;
use doorward_http_common::cookies;
use doorward_services::session::NewSession;

use crate::prelude::*;

const PREFERENCE_TTL: Duration = Duration::days(365);

/// Time until a passkey is offered again after "Not now".
const LATER: Duration = Duration::days(90);

const LINK_TTL: Duration = Duration::minutes(30);

const INVITATION_TTL: Duration = Duration::hours(24);

/// Time for which pages have the look of the organization whose host led to them.
const LOOK_TTL: Duration = Duration::hours(24);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CookieName {
    Session,
    /// Browser ID, which binds sign-ins in progress and forms to the browser.
    Browser,
    /// Token of a mail link, so that no URL contains it.
    Link,
    /// Token of an invitation until the response. It lasts longer than other links, because the
    /// user may have to create an account first.
    Invitation,
    /// Known device: accounts that signed in here.
    Device,
    Trust,
    /// Refresh token of a client on this server's own origin.
    Refresh,
    Provider,
    Later,
    /// Organization whose look the pages outside an authorization request have.
    Organization,
    Lang,
    Theme,
    /// State of the shortcut key of the search in the console.
    SearchKey,
    /// Organization that the console shows to an administrator of several ones.
    ConsoleOrganization,
}

impl CookieName {
    /// Returns the cookie name. Over https, security-relevant cookies have the prefix `__Host-`, so
    /// that no other host and no plain connection can set them (RFC 6265bis §4.1.3.2).
    pub const fn on_wire(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-doorward_session",
            (Self::Session, false) => "doorward_session",
            (Self::Browser, true) => "__Host-doorward_browser",
            (Self::Browser, false) => "doorward_browser",
            (Self::Link, true) => "__Host-doorward_link",
            (Self::Link, false) => "doorward_link",
            (Self::Invitation, true) => "__Host-doorward_invitation",
            (Self::Invitation, false) => "doorward_invitation",
            (Self::Device, true) => "__Host-doorward_device",
            (Self::Device, false) => "doorward_device",
            (Self::Trust, true) => "__Host-doorward_trust",
            (Self::Trust, false) => "doorward_trust",
            (Self::Organization, true) => "__Host-doorward_organization",
            (Self::Organization, false) => "doorward_organization",
            // `__Host-` requires the path `/`; this cookie is limited to the account API.
            (Self::Refresh, true) => "__Secure-doorward_refresh",
            (Self::Refresh, false) => "doorward_refresh",
            (Self::Provider, _) => "doorward_provider",
            (Self::Later, _) => "doorward_later",
            (Self::Lang, _) => "doorward_lang",
            (Self::Theme, _) => "doorward_theme",
            (Self::SearchKey, _) => "doorward_search_key",
            (Self::ConsoleOrganization, _) => "doorward_console_organization",
        }
    }
}

/// Returns the value of a cookie, if the browser sent exactly one of that name.
pub fn value(request: &HttpRequest, core: &Core, name: CookieName) -> Option<String> {
    let wire = name.on_wire(core.is_https());
    cookies::value(request.headers(), wire).map(str::to_owned)
}

/// Returns a cookie until the browser is closed.
fn cookie(core: &Core, name: CookieName, value: impl Into<String>) -> Cookie<'static> {
    let (https, value): (bool, String) = (core.is_https(), value.into());
    Cookie::build(name.on_wire(https), value)
        .path("/")
        .http_only(true)
        .secure(https)
        // Lax, not Strict: users arrive by a link from the client.
        .same_site(SameSite::Lax)
        .finish()
}

fn lasting(
    core: &Core,
    name: CookieName,
    value: impl Into<String>,
    ttl: Duration,
) -> Cookie<'static> {
    let mut created = cookie(core, name, value);
    created.set_max_age(ttl);
    created
}

/// Returns the cookie of a token; `None` deletes it.
fn optional(
    core: &Core,
    name: CookieName,
    token: Option<&OpaqueToken>,
    ttl: Duration,
) -> Cookie<'static> {
    match token {
        Some(token) => lasting(core, name, token.expose(), ttl),
        None => lasting(core, name, "", Duration::ZERO),
    }
}

/// Returns the cookie of a new session. For a remembered session it lasts until the latest end of
/// the session, otherwise until the browser is closed.
pub fn session(core: &Core, new_session: &NewSession) -> Cookie<'static> {
    let token = new_session.token.expose();
    if !new_session.session.remember {
        return cookie(core, CookieName::Session, token);
    }
    let left = new_session.session.expires_at - core.now();
    lasting(core, CookieName::Session, token, Duration::seconds(left))
}

pub fn no_session(core: &Core) -> Cookie<'static> {
    lasting(core, CookieName::Session, "", Duration::ZERO)
}

/// Returns the header by which the browser deletes this origin's data after a sign-out.
pub fn cleared() -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    )
}

pub fn browser(core: &Core, token: &OpaqueToken) -> Cookie<'static> {
    lasting(core, CookieName::Browser, token.expose(), PREFERENCE_TTL)
}

/// Returns the cookie of "Not now": for some time this browser is not offered a passkey. It has no
/// other effect.
pub fn later(core: &Core) -> Cookie<'static> {
    lasting(core, CookieName::Later, "passkey", LATER)
}

/// Returns the cookie of a mail link token until its form is submitted; `None` deletes it.
pub fn link(core: &Core, token: Option<&OpaqueToken>) -> Cookie<'static> {
    optional(core, CookieName::Link, token, LINK_TTL)
}

/// Returns the cookie of an invitation token until the response; `None` deletes it.
pub fn invitation(core: &Core, token: Option<&OpaqueToken>) -> Cookie<'static> {
    optional(core, CookieName::Invitation, token, INVITATION_TTL)
}

/// Returns the cookie of the organization whose look the pages have; an empty slug deletes it.
pub(crate) fn organization(core: &Core, slug: &str) -> Cookie<'static> {
    let ttl = if slug.is_empty() {
        Duration::ZERO
    } else {
        LOOK_TTL
    };
    lasting(core, CookieName::Organization, slug, ttl)
}

/// Returns the known-device cookie, which records the accounts that signed in here.
pub fn device(core: &Core, device: &KnownDevice) -> Cookie<'static> {
    lasting(core, CookieName::Device, device.to_cookie(), PREFERENCE_TTL)
}

/// Returns the trusted-device cookie with the maximum lifetime; the database decides how long it is
/// valid.
pub fn trust(core: &Core, trusted: &TrustCookie) -> Cookie<'static> {
    lasting(core, CookieName::Trust, trusted.to_cookie(), PREFERENCE_TTL)
}

/// Reads the trusted-device cookie, for any account; empty without one.
pub(crate) fn trusted(request: &HttpRequest, core: &Core) -> TrustCookie {
    let sent = value(request, core, CookieName::Trust);
    let trusted = sent.as_deref().and_then(TrustCookie::parse);
    trusted.unwrap_or_default()
}

/// Returns the cookie of a client's refresh token, not readable by scripts; `None` deletes it.
/// Always `Secure`: browsers treat `http://localhost` as secure, and there is no other plain
/// origin.
pub fn refresh(core: &Core, token: Option<(&str, i64)>) -> Cookie<'static> {
    let name = CookieName::Refresh.on_wire(core.is_https());
    let (value, ttl) = token.unwrap_or_default();
    Cookie::build(name, value.to_owned())
        .path("/api/auth")
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(ttl))
        .finish()
}

/// Returns the cookie of the last used identity provider, whose button is shown first.
pub fn provider(core: &Core, provider: &ProviderId) -> Cookie<'static> {
    let id = provider.to_string();
    lasting(core, CookieName::Provider, id, PREFERENCE_TTL)
}

pub fn preference(core: &Core, name: CookieName, value: impl Into<String>) -> Cookie<'static> {
    lasting(core, name, value, PREFERENCE_TTL)
}
