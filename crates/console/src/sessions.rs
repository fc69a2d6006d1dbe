//! `/admin/sessions` and `/admin/people/{id}/sessions`: browser sessions of users.

mod bulk;
mod file;
pub(crate) mod paths;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::sessions::{self, EndedGrants};
use doorward_domain::model::{ClientId, Session, SessionId, User, UserId};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, List, Pager, Section, State, Table, Tone, Value};
use doorward_templates::device::Device;

use crate::apps;
use crate::console::Console;
use crate::people;
use crate::people::actions::UserAction;
use crate::people::user::detail;
use crate::routes::{self, parameter};
use crate::sessions::paths::{SESSIONS, end_of_app};
use crate::ui::action::{Action, Messages};
use crate::ui::checkbox;
use crate::ui::chosen;
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::filter_bar::{self, Filter};
use crate::ui::reason;

const ENDED: &str = "console-session-ended";
/// The filters beside the search by name.
const FILTERS: [Filter; 1] = [Filter::text("app", "console-find-app-id", "")];

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    config
        .service(routes::page(SESSIONS, search))
        .service(routes::page("/admin/people/{id}/sessions", list))
        .service(routes::form(
            "/admin/people/{id}/sessions/{session}/end",
            ask,
            end,
        ));
    bulk::configure(config);
}

/// Reads the page and the filter from the URL; the filter is `None` if it names a user or a client that
/// does not exist.
pub(crate) async fn filter(
    console: &Console<'_>,
) -> Result<(Cursor, Option<SessionFilter>), PageError> {
    let cursor = Cursor::read(console, &["q", "app"])?;
    let (name, app) = (cursor.filter("q"), cursor.filter("app"));
    let user = match name {
        "" => None,
        name => people::find(console, name).await?,
    };
    let client = ClientId::parse(app);
    let is_known = (name.is_empty() || user.is_some()) && (app.is_empty() || client.is_some());
    Ok((cursor, is_known.then_some(SessionFilter { user, client })))
}

/// Handles `GET /admin/sessions`: the sessions of all users, of one user, or with access of one app.
async fn search(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "sessions:read").await?;
    let (cursor, filter) = filter(&console).await?;
    let name = cursor.filter("q");
    let (table, pager, mut actions) = match &filter {
        Some(filter) => {
            let (table, pager) = table(&console, &cursor, filter, true).await?;
            let end = end_all(&console, filter, name).filter(|_| !table.rows.is_empty());
            (table, pager, end.into_iter().collect::<Vec<_>>())
        }
        None => (no_sessions(&console, true), Pager::default(), Vec::new()),
    };
    actions.extend(filter_bar::files(&console, &cursor, SESSIONS));
    let notice = console.notice(&[apps::sessions::ENDED, apps::sessions::LEFT])?;
    let view = List {
        lead: console.t("console-sessions-text"),
        notice: notice.or(chosen::SESSIONS.notice(&console)?),
        actions,
        search: Some(people::search(
            &console,
            SESSIONS,
            "console-find-user",
            name,
        )),
        fields: filter_bar::fields(&console, &cursor, &FILTERS),
        chosen: filter_bar::chosen(&console, &cursor, SESSIONS, &FILTERS),
        bulk: chosen::SESSIONS.form(&console, &table)?,
        table,
        pager,
        ..console.list(Section::Sessions, "console-sessions")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the link to end all sessions of the user or of the app that the filter names alone. The user
/// is named as typed.
fn end_all(console: &Console<'_>, filter: &SessionFilter, typed: &str) -> Option<Link> {
    let (path, name) = match (filter.user, &filter.client) {
        (Some(user), None) if !console.is(&user.to_string()) => (end_of_user(user), typed),
        (None, Some(client)) => (end_of_app(client), client.as_str()),
        _ => return None,
    };
    let text = console
        .layout
        .t_with("console-sessions-end-of", "name", name);
    console
        .may_globally("sessions:write")
        .then(|| Link::new(path, text))
}

/// Returns the path of the form that ends all sessions of a user.
fn end_of_user(id: UserId) -> String {
    let action = UserAction::EndSessions.as_str();
    format!("{}/{action}", people::path(id))
}

/// Returns the table without rows.
fn no_sessions(console: &Console<'_>, has_user: bool) -> Table {
    let mut columns = vec![
        "console-device",
        "console-last-use",
        "console-address",
        "console-since",
    ];
    if has_user {
        columns.insert(0, "console-who");
    }
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
    filter: &SessionFilter,
    has_user: bool,
) -> Result<(Table, Pager), PageError> {
    let before = cursor.after_id(SessionId::parse)?;
    let found = sessions::page(&console.context(), filter, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(console, &mut found, |(session, _)| session.id.to_string());
    let mut table = no_sessions(console, has_user);
    let may_end = console.may_globally("sessions:write");
    // The form around the list of all users ends sessions, too.
    let has_link = may_end && !has_user;
    if has_link {
        table.columns.push(console.t("console-action"));
    }
    let row = |(session, user): &(Session, User)| {
        let mut row = Vec::new();
        if has_user {
            row.push(owner(console, session, user, may_end));
        }
        row.extend(facts(console, session, has_link));
        row
    };
    table.rows = found.iter().map(row).collect();
    Ok((table, pager))
}

/// Returns the user of a session, with a checkbox for an administrator with the right to end it. The
/// administrator's present session is marked instead, because it ends by signing out.
fn owner(console: &Console<'_>, session: &Session, user: &User, may_end: bool) -> Value {
    let owner = people::owner(console, user);
    if session.id == console.session() {
        return match owner {
            Value::Link(link) => {
                let state = State::new(Tone::Plain, console.t("console-session-own"));
                Value::Marked(link, state)
            }
            owner => owner,
        };
    }
    if !may_end {
        return owner;
    }
    let (field, id) = (chosen::SESSIONS.field, session.id.to_string());
    checkbox::choose(owner, field, id, &device(console, session))
}

fn device(console: &Console<'_>, session: &Session) -> String {
    Device::from_user_agent(&session.user_agent).label(&console.layout)
}

/// Returns the device, the last use, the address and the start of a session, and the link to end it.
pub(crate) fn facts(console: &Console<'_>, session: &Session, has_link: bool) -> Vec<Value> {
    let device = device(console, session);
    let mut row = vec![
        Value::Name(device.clone()),
        Value::Ago(session.last_seen_at),
        Value::Code(session.ip.clone()),
        Value::Moment(session.created_at),
    ];
    if has_link {
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
    let filter = SessionFilter {
        user: Some(user.id),
        client: None,
    };
    let (table, pager) = table(&console, &cursor, &filter, false).await?;
    let may_end = !console.is(&user.id.to_string()) && console.may_globally("sessions:write");
    let end = (may_end && !table.rows.is_empty())
        .then(|| Link::new(end_of_user(user.id), console.t("console-user-end")));
    let view = Detail {
        notice: console.notice(&[ENDED])?,
        tables: vec![table],
        pager,
        actions: end.into_iter().collect(),
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
    let device = device(console, &session);
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
        reason: Some(reason::field(console, reason::FOR_USER)),
        typed: None,
        version: None,
        is_risky: true,
        back: format!("{}/sessions", people::path(user.id)),
    };
    Ok((id, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "sessions:write").await?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn end(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let (id, question) = question(&console).await?;
    let question = match question.check(&console, &form)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let context = console.context_with_version(&form);
    let ended = sessions::end(&context, id, EndedGrants::default()).await;
    let ended = console.change(ended).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, ended, &next))
}
