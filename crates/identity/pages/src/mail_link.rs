//! Mail links in the browser: the token moves from the URL to a cookie.

use actix_web::HttpResponse;
use doorward_domain::secret::OpaqueToken;
use doorward_protocol::params::Params;
use doorward_services::email_link::InvalidLink;
use doorward_services::error::FlowError;
use doorward_templates::ErrorKind;
use doorward_web::cookies;
use doorward_web::page::{Page, PageError, Result};

pub(super) fn token(params: &Params) -> Result<Option<&str>> {
    let token = params.optional("token");
    token.map_err(|_| ErrorKind::LinkInvalid.into())
}

/// Stores the token in a cookie and redirects to a URL without it. Nothing is consumed or looked
/// up.
pub(super) fn follow(page: &Page, token: &str, to: &str) -> Result<HttpResponse> {
    let token = OpaqueToken::parse(token).ok_or(ErrorKind::LinkInvalid)?;
    let mut response = page.see_other(to);
    // A base64url cookie is always a valid header value.
    let _ = response.add_cookie(&cookies::link(&page.context.core, Some(&token)));
    Ok(response)
}

pub(super) fn clear_token(page: &Page, mut response: HttpResponse) -> HttpResponse {
    let _ = response.add_cookie(&cookies::link(&page.context.core, None));
    response
}

pub(super) fn invalid_link(error: FlowError<InvalidLink>) -> PageError {
    match error {
        FlowError::Rejected(InvalidLink) => ErrorKind::LinkInvalid.into(),
        FlowError::Server(server_error) => server_error.into(),
    }
}

/// Counts a form that hashes or sends mail; too many from one address are rejected.
pub(super) async fn admit(page: &Page) -> Result<()> {
    let admitted = page.admit_form().await;
    admitted.map_err(|retry_after| ErrorKind::TooManyRequests { retry_after }.into())
}

/// Rejects the request if mail is disabled; no page then links to it.
pub(super) fn mail_works(page: &Page) -> Result<()> {
    if page.context.core.config.can_mail() {
        Ok(())
    } else {
        Err(ErrorKind::NotFound.into())
    }
}
