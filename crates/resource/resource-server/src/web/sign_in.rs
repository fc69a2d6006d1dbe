//! Sign-in at the issuer: the redirect and the callback.

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_protocol::params::Params;

use super::browser::{LOGIN, SESSION};
use super::client::Web;
use super::error::WebError;
use super::page::see_other;
use super::seal::{BrowserToken, SignInSecrets, hash};
use super::session::{Content, SESSION_TTL, Session};
use crate::problem::Problem;

/// Maximum duration of a sign-in in seconds.
const LOGIN_TTL: i64 = 600;

/// Handles `GET|POST /web/login`: redirects the browser to the issuer. The callback derives its
/// data from `state` and the browser's cookie, so that a visit stores no row. Several tabs can sign
/// in at once.
pub(super) async fn start(
    request: HttpRequest,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let browser = match web.cookie(&request, LOGIN) {
        Some(browser) => browser,
        None => BrowserToken::generate()?,
    };
    let expires_at = web.clock.now() + LOGIN_TTL;
    let (state, secrets) = browser.seal_sign_in(expires_at)?;
    let url = web.provider.start(state, &secrets).await?;
    let mut response = see_other(url.as_str());
    add_cookie(&mut response, &web.set_cookie(LOGIN, &browser, LOGIN_TTL));
    Ok(response)
}

pub(super) async fn callback(
    request: HttpRequest,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let params = Params::parse(request.query_string().as_bytes())
        .and_then(|params| params.reject_duplicates(&[]).map(|()| params))
        .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
    let previous = web.session(&request).await?;
    let resumed = resume(&web, &request, &params);
    let completed = |session: &Session| match &resumed {
        Some((state, _)) => session.content.sign_in.as_ref() == Some(state),
        None => true,
    };
    // Reload or Back after a successful sign-in: the code is not sent again.
    if previous.as_ref().is_some_and(completed) {
        return Ok(see_other("/web/"));
    }
    let (state, secrets) = resumed.ok_or(WebError::UnknownSignIn)?;
    // RFC 9207 §2.4: every response of this issuer names it, including errors.
    if param(&params, "iss") != Some(&web.issuer) {
        return Err(WebError::WrongIssuer);
    }
    if let Some(code) = param(&params, "error") {
        return Err(WebError::Denied(code.to_owned()));
    }
    let code = param(&params, "code").ok_or(WebError::UnknownSignIn)?;
    let tokens = web.provider.exchange(code.to_owned(), secrets).await?;
    let name = web.provider.display_name(&tokens).await;
    // Ends the browser's former session: the cookie always changes at sign-in.
    if let Some(previous) = previous {
        previous.end(&web).await?;
    }
    let content = Content {
        tokens,
        name,
        sign_in: Some(state),
    };
    let token = Session::create(&web, content).await?;
    let mut response = see_other("/web/");
    add_cookie(&mut response, &web.set_cookie(SESSION, &token, SESSION_TTL));
    Ok(response)
}

/// Returns the hash of `state` and the secrets of the sign-in that this browser started with it.
fn resume(web: &Web, request: &HttpRequest, params: &Params) -> Option<(Vec<u8>, SignInSecrets)> {
    let state = param(params, "state")?;
    let browser = web.cookie(request, LOGIN)?;
    let secrets = browser.resume_sign_in(state, web.clock.now())?;
    Some((hash(state), secrets))
}

fn param<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.optional(name).ok().flatten()
}

/// Adds a cookie of this server, which always fits into a header.
pub(super) fn add_cookie(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    if let Err(cause) = response.add_cookie(cookie) {
        tracing::error!(%cause, "a cookie could not be set");
    }
}
