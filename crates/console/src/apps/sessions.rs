//! `/admin/apps/{id}/end-sessions`: ends the sessions with access of a client.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::sessions::{self, EndedGrants, STEP};
use doorward_domain::model::Client;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Fact, Section, Value};

use crate::apps::pages;
use crate::console::Console;
use crate::routes;
use crate::sessions::paths::{SESSIONS, of_app};
use crate::ui::action::{Action, Messages};
use crate::ui::reason;

/// The notice after all sessions were ended.
pub(crate) const ENDED: &str = "console-user-ended";
/// The notice after some sessions were ended.
pub(crate) const LEFT: &str = "console-sessions-left";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/apps/{id}/end-sessions", ask, end));
}

/// Returns the client that the path names, with the question and the number of sessions.
async fn question(console: &Console<'_>) -> Result<(Client, Action, Vec<Fact>), PageError> {
    let client = pages::named(console).await?;
    let counted = sessions::count_of_client(&console.context(), &client.id).await;
    let count = Console::read(counted)?;
    let text = if count > STEP as u64 {
        "console-app-sessions-many"
    } else {
        "console-app-sessions-text"
    };
    let count = Value::Text(console.count(count));
    let facts = vec![Fact::new(console.t("console-sessions"), count)];
    let action = Action {
        section: Section::Sessions,
        messages: Messages {
            question: "console-user-end-question",
            text,
            submit: "console-user-end",
            done: ENDED,
        },
        object: client.name.clone(),
        choice: None,
        reason: Some(reason::field(console, reason::FOR_USER)),
        typed: None,
        version: None,
        is_risky: true,
        back: of_app(&client.id),
    };
    Ok((client, action, facts))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "sessions:write").await?;
    let (_, question, facts) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask_with(&console, facts))
}

async fn end(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, "sessions:write").await?;
    let (client, question, facts) = question(&console).await?;
    let mut question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let context = console.context_with_version(&form);
    let which = EndedGrants::default();
    let ended = sessions::end_all_of_client(&context, &client.id, which).await;
    let ended = console.change(ended).await?;
    if ended.as_ref().is_ok_and(|ended| !ended.is_complete) {
        question.messages.done = LEFT;
    }
    Ok(question.finish_with(&console, ended, SESSIONS, facts))
}
