//! The cookies of the identity server: what they are called, what flags they carry.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::{HeaderName, HeaderValue};
use doorward_domain::model::ProviderId;
use doorward_domain::secret::OpaqueToken;

use doorward_services::known_device::KnownDevice;
use doorward_services::session::NewSession;
use doorward_services::state::State;
use doorward_services::trusted_device::TrustCookie;

/// How long preferences are remembered.
const PREFERENCE_LIFE: Duration = Duration::days(365);

/// How long nobody is offered a passkey again after "Not now".
const LATER: Duration = Duration::days(90);

/// How long the token of a mailed link stays in the browser.
const LINK_LIFE: Duration = Duration::minutes(30);

/// How long that of an invitation does.
const INVITATION_LIFE: Duration = Duration::hours(24);

/// The purposes of cookies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CookieName {
    /// The signed-in session.
    Session,
    /// The browser itself: binds sign-ins in progress and forms to it.
    Browser,
    /// The token of a mailed link, so that no address holds it.
    Link,
    /// The token of an invitation, until it is answered: longer than other links, since its reader may
    /// have to make an account first.
    Invitation,
    /// The accounts that were signed in to here.
    Device,
    /// What this browser is trusted by.
    Trust,
    /// The refresh token of an app on this server's own origin.
    Refresh,
    /// The provider that was last signed in with.
    Provider,
    /// The offer of a passkey was put off.
    Later,
    /// The chosen language.
    Lang,
    /// The chosen colour scheme.
    Theme,
}

impl CookieName {
    /// The name on the wire. Over https, those that matter carry `__Host-`, so that no other host
    /// and no plain connection can set them (RFC 6265bis §4.1.3.2).
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
            // `__Host-` wants the path `/`; this one goes nowhere but to the account API.
            (Self::Refresh, true) => "__Secure-doorward_refresh",
            (Self::Refresh, false) => "doorward_refresh",
            (Self::Provider, _) => "doorward_provider",
            (Self::Later, _) => "doorward_later",
            (Self::Lang, _) => "doorward_lang",
            (Self::Theme, _) => "doorward_theme",
        }
    }
}

/// The value of a cookie, if the browser sent exactly one of that name: with two, nobody can say
/// whose is whose.
pub fn value(request: &HttpRequest, state: &State, name: CookieName) -> Option<String> {
    let wire = name.on_wire(state.is_https());
    let cookies = request.cookies().ok()?;
    let mut named = cookies.iter().filter(|cookie| cookie.name() == wire);
    match (named.next(), named.next()) {
        (Some(cookie), None) => Some(cookie.value().to_owned()),
        _ => None,
    }
}

fn cookie(state: &State, name: CookieName, value: String) -> Cookie<'static> {
    let https = state.is_https();
    Cookie::build(name.on_wire(https), value)
        .path("/")
        .http_only(true)
        .secure(https)
        // Lax, not Strict: people arrive here by a link from the app that sends them.
        .same_site(SameSite::Lax)
        .finish()
}

/// The cookie of a session that was just begun. A kept one stays until the session ends in any
/// case, any other until the browser is closed.
pub fn session(state: &State, begun: &NewSession) -> Cookie<'static> {
    let value = begun.token.expose().to_owned();
    let mut made = cookie(state, CookieName::Session, value);
    if begun.session.remember {
        let left = begun.session.expires_at - state.now();
        made.set_max_age(Duration::seconds(left));
    }
    made
}

/// Takes the session cookie away.
pub fn no_session(state: &State) -> Cookie<'static> {
    let mut gone = cookie(state, CookieName::Session, String::new());
    gone.set_max_age(Duration::ZERO);
    gone
}

/// After a sign-out the browser forgets what it kept of this origin (SE-4).
pub fn cleared() -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    )
}

/// The cookie that names the browser.
pub fn browser(state: &State, token: &OpaqueToken) -> Cookie<'static> {
    let mut made = cookie(state, CookieName::Browser, token.expose().to_owned());
    made.set_max_age(PREFERENCE_LIFE);
    made
}

/// "Not now": for a while this browser is not offered a passkey again. It decides nothing else.
pub fn later(state: &State) -> Cookie<'static> {
    let mut made = cookie(state, CookieName::Later, "passkey".to_owned());
    made.set_max_age(LATER);
    made
}

/// The token of a mailed link, until its form is sent; none takes it away.
pub fn link(state: &State, token: Option<&OpaqueToken>) -> Cookie<'static> {
    let value = token.map(|token| token.expose().to_owned());
    let mut made = cookie(state, CookieName::Link, value.unwrap_or_default());
    made.set_max_age(if token.is_some() {
        LINK_LIFE
    } else {
        Duration::ZERO
    });
    made
}

/// The token of an invitation, until it is answered; none takes it away.
pub fn invitation(state: &State, token: Option<&OpaqueToken>) -> Cookie<'static> {
    let value = token.map(|token| token.expose().to_owned());
    let mut made = cookie(state, CookieName::Invitation, value.unwrap_or_default());
    made.set_max_age(if token.is_some() {
        INVITATION_LIFE
    } else {
        Duration::ZERO
    });
    made
}

/// The cookie that remembers which accounts were signed in to here.
pub fn device(state: &State, device: &KnownDevice) -> Cookie<'static> {
    let mut made = cookie(state, CookieName::Device, device.to_cookie());
    made.set_max_age(PREFERENCE_LIFE);
    made
}

/// What this browser is trusted by, for as long as browsers keep anything; the rows say how long it
/// counts.
pub fn trust(state: &State, trusted: &TrustCookie) -> Cookie<'static> {
    let mut made = cookie(state, CookieName::Trust, trusted.to_cookie());
    made.set_max_age(PREFERENCE_LIFE);
    made
}

/// The refresh token of an app, where no script can read it; none takes it away. `Secure` always:
/// browsers hold a plain `http://localhost` to be safe, and there is no other plain origin.
pub fn refresh(state: &State, token: Option<(&str, i64)>) -> Cookie<'static> {
    let name = CookieName::Refresh.on_wire(state.is_https());
    let (value, life) = token.unwrap_or_default();
    Cookie::build(name, value.to_owned())
        .path("/api/auth")
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(life))
        .finish()
}

/// The provider that was signed in with, for its button to come first the next time.
pub fn provider(state: &State, provider: &ProviderId) -> Cookie<'static> {
    let mut made = cookie(state, CookieName::Provider, provider.to_string());
    made.set_max_age(PREFERENCE_LIFE);
    made
}

/// A remembered preference.
pub fn preference(state: &State, name: CookieName, value: &'static str) -> Cookie<'static> {
    let mut made = cookie(state, name, value.to_owned());
    made.set_max_age(PREFERENCE_LIFE);
    made
}
