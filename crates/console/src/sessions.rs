//! `/admin/sessions` and `/admin/people/{id}/sessions`: browser sessions of a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::{sessions, users};
use doorward_domain::model::{Session, SessionId, User};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, List, Pager, Section, Table, Value};
use doorward_templates::device::Device;

use crate::action::{Action, Messages};
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::people;
use crate::routes::{self, parameter};
use crate::user::detail;

const HOME: &str = "/admin/sessions";
const ENDED: &str = "console-session-ended";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, search))
        .service(routes::page("/admin/people/{id}/sessions", list))
        .service(routes::form(
            "/admin/people/{id}/sessions/{session}/end",
            ask,
            end,
        ));
}

/// Handles `GET /admin/sessions`, the sessions of one user: no index lists all of them.
async fn search(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("sessions:read"))?;
    let cursor = Cursor::read(&console, &["q"])?;
    let name = cursor.filter("q");
    let found = match name {
        "" => None,
        name => Console::read(users::find(&console.context(), name).await)?,
    };
    let (table, pager) = match &found {
        Some(user) => table(&console, &cursor, user).await?,
        None => (no_sessions(&console), Pager::default()),
    };
    let view = List {
        lead: console.t("console-sessions-text"),
        search: Some(people::search(&console, HOME, "console-find-user", name)),
        table,
        pager,
        ..console.list(Section::Sessions, "console-sessions")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn no_sessions(console: &Console<'_>) -> Table {
    let columns = [
        "console-device",
        "console-last-use",
        "console-address",
        "console-since",
    ];
    console.table(
        "console-sessions",
        &columns,
        Vec::new(),
        "console-no-sessions",
    )
}

async fn table(
    console: &Console<'_>,
    cursor: &Cursor,
    user: &User,
) -> Result<(Table, Pager), PageError> {
    let after = cursor.after_id(SessionId::parse)?;
    let found = sessions::page(&console.context(), user.id, after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(console, &mut found, |session| session.id.to_string());
    let mut table = no_sessions(console);
    let may_end = console.may_globally("sessions:write");
    if may_end {
        table.columns.push(console.t("console-action"));
    }
    let rows = found.iter().map(|session| row(console, session, may_end));
    table.rows = rows.collect();
    Ok((table, pager))
}

fn row(console: &Console<'_>, session: &Session, may_end: bool) -> Vec<Value> {
    let device = Device::from_user_agent(&session.user_agent).label(&console.layout);
    let mut row = vec![
        Value::Name(device.clone()),
        Value::Ago(session.last_seen_at),
        Value::Code(session.ip.clone()),
        Value::Moment(session.created_at),
    ];
    if may_end {
        let path = format!(
            "{}/sessions/{}/end",
            people::path(session.user_id),
            session.id
        );
        let link = Link::new(path, console.t("console-session-end"));
        let label = console
            .layout
            .t_with("console-session-end-label", "device", device);
        row.push(Value::Action(link, label));
    }
    row
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let (table, pager) = table(&console, &cursor, &user).await?;
    let view = Detail {
        notice: console.notice(&[ENDED])?,
        tables: vec![table],
        pager,
        ..detail(&console, &user, "/sessions")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the live session that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(SessionId, Action), PageError> {
    let user = people::named(console).await?;
    let id = SessionId::parse(&parameter(console.page, "session"));
    let id = id.ok_or(ErrorKind::NotFound)?;
    let found = sessions::get(&console.context(), user.id, id).await;
    let session = Console::read(found)?;
    let device = Device::from_user_agent(&session.user_agent).label(&console.layout);
    let action = Action {
        section: Section::People,
        messages: Messages {
            question: "console-session-end-question",
            text: "console-session-end-text",
            submit: "console-session-end",
            done: ENDED,
        },
        object: format!("{}: {device}", user.display_name()),
        choice: None,
        typed: None,
        version: None,
        is_risky: false,
        back: format!("{}/sessions", people::path(user.id)),
    };
    Ok((id, action))
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
    let (id, question) = question(&console).await?;
    let ended = sessions::end(&console.context(), id).await;
    let ended = console.change(ended).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, ended, &next))
}
