//! Signing in at the issuer: out by redirect, back through the callback.

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_protocol::params::Params;

use super::browser::{LOGIN, SESSION};
use super::provider::Pending;
use super::seal::{BrowserToken, hash};
use super::session::{Content, SESSION_LIFE, Session};
use super::store::{self, logins};
use super::{Web, WebError, see_other};
use crate::problem::Problem;
use crate::random;

/// How long a person may take to sign in, in seconds.
const LOGIN_LIFE: i64 = 600;
/// What sign-ins under way are sealed for.
const PURPOSE: &str = "login";

/// `GET|POST /web/login`: to the issuer, with what the callback will need kept under the hash of
/// `state` and sealed for this browser. Several tabs may do so at once.
pub(super) async fn start(
    request: HttpRequest,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let browser = match web.cookie(&request, LOGIN) {
        Some(browser) => browser,
        None => BrowserToken::generate()?,
    };
    let state = random::token()?;
    let pending = Pending {
        nonce: random::token()?,
        verifier: random::token()?,
    };
    let url = web.provider.start(state.clone(), &pending).await?;
    let now = web.clock.now();
    let login = logins::Model {
        state_hash: hash(&state),
        browser_hash: browser.hash(),
        sealed: browser.seal(PURPOSE, &serde_json::to_vec(&pending)?)?,
        expires_at: now + LOGIN_LIFE,
    };
    store::insert_login(&web.db, login, now).await?;
    let mut response = see_other(url.as_str());
    add_cookie(&mut response, &web.set_cookie(LOGIN, &browser, LOGIN_LIFE));
    Ok(response)
}

/// `GET /web/callback`
pub(super) async fn callback(
    request: HttpRequest,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let params = Params::parse(request.query_string().as_bytes())
        .and_then(|params| params.reject_duplicates(&[]).map(|()| params))
        .map_err(|problem| Problem::malformed(problem.description.into_owned()))?;
    let Some(pending) = claim(&web, &request, &params).await? else {
        // Reload or Back after a sign-in that worked: it need not work twice.
        return match web.session(&request).await? {
            Some(_) => Ok(see_other("/web/")),
            None => Err(WebError::UnknownSignIn),
        };
    };
    // RFC 9207 §2.4: every answer of this issuer names it, errors too.
    if param(&params, "iss") != Some(&web.issuer) {
        return Err(WebError::WrongIssuer);
    }
    if let Some(code) = param(&params, "error") {
        return Err(WebError::Denied(code.to_owned()));
    }
    let code = param(&params, "code").ok_or(WebError::UnknownSignIn)?;
    let tokens = web.provider.exchange(code.to_owned(), pending).await?;
    let name = web.provider.display_name(&tokens).await;
    // A session that this browser had before is over: the cookie always changes at sign-in.
    if let Some(previous) = web.session(&request).await? {
        previous.end(&web).await?;
    }
    let token = Session::begin(&web, Content { tokens, name }).await?;
    let mut response = see_other("/web/");
    add_cookie(
        &mut response,
        &web.set_cookie(SESSION, &token, SESSION_LIFE),
    );
    Ok(response)
}

/// The sign-in that this browser began under this `state`; it is used up.
async fn claim(
    web: &Web,
    request: &HttpRequest,
    params: &Params,
) -> Result<Option<Pending>, WebError> {
    let (Some(state), Some(browser)) = (param(params, "state"), web.cookie(request, LOGIN)) else {
        return Ok(None);
    };
    let now = web.clock.now();
    let login = store::claim_login(&web.db, hash(state), &browser.hash(), now).await?;
    Ok(login.and_then(|login| {
        let pending = browser.open(PURPOSE, &login.sealed)?;
        serde_json::from_slice(&pending).ok()
    }))
}

fn param<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.one(name).ok().flatten()
}

/// A cookie that this server makes always fits into a header.
pub(super) fn add_cookie(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    if let Err(cause) = response.add_cookie(cookie) {
        tracing::error!(%cause, "a cookie could not be set");
    }
}
