//! `/admin/apps/{id}/end-sessions`: ends the sessions with access of a client.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::sessions::{self, COUNT_MAX};
use doorward_domain::model::Client;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::Section;

use crate::action::{Action, Messages};
use crate::app_pages;
use crate::console::Console;
use crate::routes;
use crate::session_paths::{SESSIONS, of_app};

/// The notice after all sessions were ended.
pub(crate) const ENDED: &str = "console-user-ended";
/// The notice after some sessions were ended.
pub(crate) const LEFT: &str = "console-sessions-left";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/apps/{id}/end-sessions", ask, end));
}

/// Returns the client that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(Client, Action), PageError> {
    let client = app_pages::named(console).await?;
    let counted = sessions::count_of_client(&console.context(), &client.id).await;
    let count = match Console::read(counted)? {
        COUNT_MAX.. => format!("{}+", COUNT_MAX - 1),
        count => count.to_string(),
    };
    let count = console
        .layout
        .t_with("console-sessions-count", "count", count);
    let action = Action {
        section: Section::Sessions,
        messages: Messages {
            question: "console-user-end-question",
            text: "console-app-sessions-text",
            submit: "console-user-end",
            done: ENDED,
        },
        object: format!("{} – {count}", client.name),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: true,
        back: of_app(&client.id),
    };
    Ok((client, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("sessions:write"))?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn end(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(console.context().require_global("sessions:write"))
        .await?;
    let (client, mut question) = question(&console).await?;
    let ended = sessions::end_all_of_client(&console.context(), &client.id).await;
    let ended = console.change(ended).await?;
    if ended.as_ref().is_ok_and(|ended| !ended.is_complete) {
        question.messages.done = LEFT;
    }
    Ok(question.finish(&console, ended, SESSIONS))
}
