//! What comes from and goes to the browser: cookies, and forms that must be this site's own.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, ORIGIN};
use actix_web::{HttpRequest, web};
use doorward_protocol::params::Params;

use super::client::Web;
use super::error::WebError;
use super::seal::BrowserToken;
use super::session::Session;
use crate::body;
use crate::problem::Problem;

/// The signed-in session.
pub(super) const SESSION: &str = "doorward_tasks_web";
/// Binds a sign-in under way to the browser that began it.
pub(super) const LOGIN: &str = "doorward_tasks_login";
/// Recognizes the browser when it comes back from signing out.
pub(super) const LOGOUT: &str = "doorward_tasks_logout";

const FORM: &str = "application/x-www-form-urlencoded";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Web {
    /// Reads one of the cookies above.
    pub(super) fn cookie(&self, request: &HttpRequest, name: &str) -> Option<BrowserToken> {
        let cookie = request.cookie(&self.cookie_name(name))?;
        BrowserToken::parse(cookie.value())
    }

    /// A cookie that no script reads and that comes along when the issuer sends the browser back
    /// (which `Strict` would not). Over https its name pins it to this host.
    pub(super) fn set_cookie(
        &self,
        name: &str,
        token: &BrowserToken,
        seconds: i64,
    ) -> Cookie<'static> {
        self.bare_cookie(name, token.expose().to_owned(), seconds)
    }

    /// Makes the browser forget a cookie.
    pub(super) fn clear_cookie(&self, name: &str) -> Cookie<'static> {
        self.bare_cookie(name, String::new(), 0)
    }

    fn bare_cookie(&self, name: &str, value: String, seconds: i64) -> Cookie<'static> {
        Cookie::build(self.cookie_name(name), value)
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(seconds))
            .finish()
    }

    fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{name}")
    }

    /// The session of this browser.
    pub(super) async fn session(&self, request: &HttpRequest) -> Result<Option<Session>, WebError> {
        match self.cookie(request, SESSION) {
            Some(token) => Session::find(self, &token).await,
            None => Ok(None),
        }
    }

    /// A form of the signed-in person: their session and the fields. Refused unless it was sent
    /// by a page of this site and carries the session's own token (SECURITY BR-1).
    pub(super) async fn form(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<(Session, Params), WebError> {
        if !is_form(request) {
            return Err(Problem::unsupported_media_type(FORM).into());
        }
        let bytes = body::read(request, payload).await?;
        let session = self.session(request).await?.ok_or(WebError::SignedOut)?;
        let fields = Params::parse(&bytes)
            .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
        let presented = fields.one("csrf").ok().flatten().unwrap_or_default();
        if !self.is_same_origin(request) || !session.token.is_csrf(presented) {
            return Err(WebError::Forged);
        }
        Ok((session, fields))
    }

    /// Browsers say where a request comes from: by `Sec-Fetch-Site`, or older ones by `Origin`.
    fn is_same_origin(&self, request: &HttpRequest) -> bool {
        let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
        match (header(SEC_FETCH_SITE), header(ORIGIN)) {
            (Some(site), _) => site == b"same-origin",
            (None, Some(origin)) => origin == self.public_url.as_bytes(),
            (None, None) => false,
        }
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(FORM)
}
