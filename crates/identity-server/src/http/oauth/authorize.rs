//! `GET|POST /oauth2/authorize` (RFC 6749 §3.1, OIDC Core §3.1.2.1).

use actix_web::HttpResponse;
use actix_web::web::Payload;
use doorward_protocol::params::Params;

use crate::flow::authorize;
use crate::http::page::{Page, PageError};
use crate::http::pages;
use crate::views::ErrorKind;

/// Parameters in the URL.
pub async fn get(page: Page) -> HttpResponse {
    let outcome = match page.query() {
        Ok(params) => start(&page, &params).await,
        Err(_) => Err(ErrorKind::BadAppRequest.into()),
    };
    page.answer(outcome)
}

/// Parameters in a form, which another site may have posted.
pub async fn post(page: Page, payload: Payload) -> HttpResponse {
    let outcome = match page.foreign_form(payload).await {
        Ok(params) => start(&page, &params).await,
        Err(error) => Err(error),
    };
    page.answer(outcome)
}

/// Any other method.
pub async fn other_method(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, POST")
}

async fn start(page: &Page, params: &Params) -> Result<HttpResponse, PageError> {
    let signed_in = page.signed_in().await?;
    let browser = page.browser(signed_in.as_ref());
    let outcome = authorize::start(&page.state, params, &browser, &page.caller).await?;
    Ok(pages::go_on(page, &outcome))
}
