//! Sign-out: locally, and at the issuer by redirect.

use actix_web::{HttpRequest, HttpResponse, web};

use super::browser::{LOGOUT, SESSION};
use super::client::Web;
use super::error::WebError;
use super::page::see_other;
use super::seal::BrowserToken;
use super::sign_in::add_cookie;

/// Maximum duration of the sign-out at the issuer in seconds.
const LOGOUT_TTL: i64 = 600;

/// Handles `POST /web/logout`: ends the session, revokes the refresh token, and redirects the
/// browser to the issuer's end-session endpoint (OIDC RP-Initiated Logout 1.0).
pub(super) async fn sign_out(
    request: HttpRequest,
    payload: web::Payload,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let (session, _) = web.form(&request, payload).await?;
    let content = session.end(&web).await?;
    let state = BrowserToken::generate()?;
    let url = web
        .provider
        .logout_url(&content.tokens, state.expose().to_owned())
        .await;
    web.provider.revoke(&content.tokens).await;
    let mut response = match &url {
        Some(url) => see_other(url.as_str()),
        None => see_other("/web/?notice=signed-out"),
    };
    add_cookie(&mut response, &web.clear_cookie(SESSION));
    add_cookie(&mut response, &web.set_cookie(LOGOUT, &state, LOGOUT_TTL));
    Ok(response)
}
