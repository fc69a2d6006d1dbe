//! The bar above the pages of an administrator who acts as a user, and its button.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::AdminContext;
use doorward_admin::prelude::*;
use doorward_console_ui::routes;
use doorward_i18n::date;
use doorward_services::acting;
use doorward_services::error::ServerError;
use doorward_services::signed_in::SignedIn;
use doorward_templates::{Bar, ErrorKind};
use doorward_web::page::{Page, PageError};
use doorward_web::page_support::submit_resource;

use crate::use_cases;

/// Path of the form that ends the impersonation of the session.
pub(crate) const END: &str = "/impersonation/end";

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(submit_resource(END, end));
}

pub(super) async fn read(page: &Page, signed_in: &SignedIn) -> Result<Option<Bar>, ServerError> {
    let core = &page.context.core;
    let Some(found) = acting::of_session(core, signed_in.session.id).await? else {
        return Ok(None);
    };
    let user = repo::users::find_by_id(core.db.read(), found.user_id).await?;
    let client = page.context.client(found.client_id.as_str()).await?;
    let name = user.map_or_else(|| found.user_id.to_string(), |user| user.display_name());
    let app = client.map_or_else(|| found.client_id.to_string(), |client| client.name.clone());
    let lang = page.layout().lang;
    let moment = date::utc(lang, found.expires_at);
    let values = [
        ("name", name.into()),
        ("app", app.into()),
        ("moment", moment.into()),
    ];
    Ok(Some(Bar {
        text: lang.text_with("impersonation-bar", &values),
        action: END,
        submit: lang.text("impersonation-end"),
    }))
}

/// Ends the impersonation of the session. It needs no recent sign-in, because it only takes access away.
async fn end(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let signed_in = page.session().await?.ok_or(ErrorKind::FlowExpired)?;
    let found = acting::of_session(&page.context.core, signed_in.session.id).await;
    if let Some(found) = found.map_err(ServerError::from)? {
        let context = AdminContext {
            actor: Some(signed_in.user.id.to_string()),
            ..AdminContext::of_task(&page.context, None, page.caller().clone())
        };
        let ended = use_cases::end(&context, &found).await;
        ended.map_err(ServerError::internal)?;
        return Ok(page.see_other(&routes::user(found.user_id)));
    }
    Ok(page.see_other("/admin"))
}
