//! Cookies, and forms that must come from this site.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{HeaderName, HeaderValue, ORIGIN};
use actix_web::{HttpRequest, web};
use doorward_http_common::body::has_media_type;
use doorward_http_common::cookies;
use doorward_protocol::params::Params;

use super::client::Web;
use super::error::WebError;
use super::seal::BrowserToken;
use super::session::Session;
use crate::body;
use crate::problem::Problem;

pub(super) const SESSION: &str = "doorward_tasks_web";
/// Cookie that binds a sign-in in progress to its browser.
pub(super) const LOGIN: &str = "doorward_tasks_login";
/// Cookie that recognizes the browser on its return from signing out.
pub(super) const LOGOUT: &str = "doorward_tasks_logout";

const FORM: &str = "application/x-www-form-urlencoded";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Web {
    pub(super) fn cookie(&self, request: &HttpRequest, name: &str) -> Option<BrowserToken> {
        let sent = cookies::value(request.headers(), &self.cookie_name(name))?;
        BrowserToken::parse(sent)
    }

    /// Creates a cookie that scripts cannot read and that is sent when the issuer redirects the
    /// browser back (with `Strict` it would not be). Over https its name binds it to this host.
    pub(super) fn set_cookie(
        &self,
        name: &str,
        token: &BrowserToken,
        seconds: i64,
    ) -> Cookie<'static> {
        self.bare_cookie(name, token.expose().to_owned(), seconds)
    }

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

    pub(super) async fn session(&self, request: &HttpRequest) -> Result<Option<Session>, WebError> {
        match self.cookie(request, SESSION) {
            Some(token) => Session::find(self, &token).await,
            None => Ok(None),
        }
    }

    /// Reads a form of the signed-in user: the session and the fields. Rejects it unless a page of
    /// this site sent it with the session's token.
    pub(super) async fn form(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<(Session, Params), WebError> {
        if !has_media_type(request, FORM) {
            return Err(Problem::unsupported_media_type(FORM).into());
        }
        let bytes = body::read(request, payload).await?;
        let session = self.session(request).await?.ok_or(WebError::SignedOut)?;
        let fields = Params::parse(&bytes)
            .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
        let presented = fields.optional("csrf").ok().flatten().unwrap_or_default();
        if !self.is_same_origin(request) || !session.token.is_csrf(presented) {
            return Err(WebError::Forged);
        }
        Ok((session, fields))
    }

    /// Returns true for a same-origin request: by `Sec-Fetch-Site`, or by `Origin` in older
    /// browsers.
    fn is_same_origin(&self, request: &HttpRequest) -> bool {
        let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
        match (header(SEC_FETCH_SITE), header(ORIGIN)) {
            (Some(site), _) => site == b"same-origin",
            (None, Some(origin)) => origin == self.public_url.as_bytes(),
            (None, None) => false,
        }
    }
}
