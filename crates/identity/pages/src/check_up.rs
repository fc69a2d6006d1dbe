//! `/account/check-up`: the recent security events of the account, reviewed one by one.

use doorward_accounts::activity;
use doorward_templates::check_up::CheckUp;

use super::activity::{event, rows};
use super::prelude::*;

pub(super) const PATH: &str = "/account/check-up";

/// `GET /account/check-up`: shows the oldest event that is left.
pub(super) async fn show(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let core = &page.context.core;
    let found = activity::unreviewed(&page.context, &signed_in).await?;
    let view = CheckUp {
        layout: page.layout(),
        row: rows(page, &found, &signed_in).into_iter().next(),
        left: found.events.len(),
        now: core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// `POST /account/check-up`: records that the user knows an event, and shows the next one.
pub(super) async fn confirm(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    let id = event(text(&fields, "event")?)?.ok_or(ErrorKind::BadRequest)?;
    if !activity::review(&page.context, &signed_in, id).await? {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(page.see_other(PATH))
}
