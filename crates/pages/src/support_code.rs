//! `/account/support-code`: a code that the user reads out to an administrator.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_accounts::support_code;
use doorward_templates::support_code::SupportCode;
use doorward_web::page::{Page, PageError};
use doorward_web::page_support::form_resource;

use super::mail_link;

const PATH: &str = "/account/support-code";

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(form_resource(PATH, show, make));
}

/// `GET /account/support-code`: offers to make a code.
async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    page.account_holder(PATH).await?;
    Ok(answer(page, None))
}

/// `POST /account/support-code`: makes a code, and shows it once.
async fn make(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let (signed_in, factors) = page.account_holder_with_factors(PATH).await?;
    let (core, accounts) = (&page.context.core, &page.context.accounts);
    // Support takes the caller for the user.
    if !factors.is_fresh(core, accounts, &signed_in) {
        return Err(PageError::Redirect(format!("/login?next={PATH}")));
    }
    mail_link::admit(page).await?;
    let code = support_code::create(core, accounts, &signed_in, page.caller()).await?;
    Ok(answer(page, Some(code.to_groups())))
}

fn answer(page: &Page, code: Option<String>) -> HttpResponse {
    let layout = page.layout();
    page.html(StatusCode::OK, &SupportCode { layout, code })
}
