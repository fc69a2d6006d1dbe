//! Mailed links in the browser: the token moves from the address into a cookie, and out of it.

use actix_web::HttpResponse;
use doorward_domain::secret::OpaqueToken;
use doorward_services::email_link::InvalidLink;
use doorward_services::error::FlowError;
use doorward_templates::ErrorKind;

use crate::cookies;
use crate::page::{Page, PageError};

/// Keeps the token and leads to an address without it. Nothing is used up, nothing is looked up.
pub(super) fn follow(page: &Page, token: &str, to: &str) -> Result<HttpResponse, PageError> {
    let token = OpaqueToken::parse(token).ok_or(ErrorKind::LinkInvalid)?;
    let mut response = page.see_other(to);
    // A cookie of base64url cannot fail to be a header.
    let _ = response.add_cookie(&cookies::link(&page.state, Some(&token)));
    Ok(response)
}

/// Takes the token out of the browser.
pub(super) fn forget(page: &Page, mut response: HttpResponse) -> HttpResponse {
    let _ = response.add_cookie(&cookies::link(&page.state, None));
    response
}

/// The page for a link that is of no use.
pub(super) fn over(error: FlowError<InvalidLink>) -> PageError {
    match error {
        FlowError::Rejected(InvalidLink) => ErrorKind::LinkInvalid.into(),
        FlowError::Server(fault) => fault.into(),
    }
}

/// Counts a form that costs a hash or a mail; too many from one address are refused (RC-3).
pub(super) async fn admit(page: &Page) -> Result<(), PageError> {
    let admitted = page.admit_form().await;
    admitted.map_err(|retry_after| ErrorKind::TooManyRequests { retry_after }.into())
}
