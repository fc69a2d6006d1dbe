//! `/account/check-up`: the recent security events of the account, reviewed one by one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_accounts::activity;
use doorward_templates::ErrorKind;
use doorward_templates::check_up::CheckUp;
use doorward_web::page::{Page, PageError};
use doorward_web::page_support::{form_resource, text};

use super::activity::{event, rows};

const PATH: &str = "/account/check-up";

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(form_resource(PATH, show, confirm));
}

/// `GET /account/check-up`: shows the oldest event that is left.
async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let signed_in = page.account_holder(PATH).await?;
    let (core, directory) = (&page.context.core, &page.context.directory);
    let found = activity::unreviewed(core, directory, &signed_in).await?;
    let view = CheckUp {
        layout: page.layout(),
        row: rows(page, &found, &signed_in).into_iter().next(),
        left: found.events.len(),
        now: core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// `POST /account/check-up`: records that the user knows an event, and shows the next one.
async fn confirm(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    let id = event(text(&fields, "event")?)?.ok_or(ErrorKind::BadRequest)?;
    let (core, directory) = (&page.context.core, &page.context.directory);
    if !activity::review(core, directory, &signed_in, id).await? {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(page.see_other(PATH))
}
