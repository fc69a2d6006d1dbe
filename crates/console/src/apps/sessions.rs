//! `/admin/apps/{id}/end-sessions`: ends the sessions with access of a client.

use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::sessions::{self, EndedGrants, STEP};
use doorward_http::page::Page;
use doorward_templates::console::Section;

use crate::apps::pages;
use crate::console::{Access, Console};
use crate::routes::{self, SESSIONS, filtered};
use crate::ui::question::{Messages, Question};
use crate::ui::reason;
use crate::ui::visit::{Handled, Visit};

/// The notice after all sessions were ended.
pub(crate) const ENDED: &str = "console-user-ended";
/// The notice after some sessions were ended.
pub(crate) const LEFT: &str = "console-sessions-left";

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/apps/{id}/end-sessions", end));
}

async fn end(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, Access::Global("sessions:write")).await?;
    let console = &visit.console;
    let client = pages::named(console).await?;
    let counted = sessions::count_of_client(&console.context(), &client.id).await;
    let count = Console::read(counted)?;
    let text = if count > STEP as u64 {
        "console-app-sessions-many"
    } else {
        "console-app-sessions-text"
    };
    let messages = Messages {
        question: "console-user-end-question",
        text,
        submit: "console-user-end",
        done: ENDED,
    };
    let back = filtered(SESSIONS, [("app", client.id.as_str())]);
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_USER)),
        is_risky: true,
        facts: vec![console.number("console-sessions", console.count(count))],
        ..Question::new(Section::Sessions, messages, client.name.as_str(), back)
    };
    let question = question.ask(&visit)?;
    let which = EndedGrants::default();
    let ended = sessions::end_all_of_client(&visit.context(), &client.id, which).await;
    let ended = question.settle(&visit, ended).await?;
    let done = if ended.is_complete { ENDED } else { LEFT };
    Ok(console.see_done(SESSIONS, done))
}
