//! `/admin/sessions` and `/admin/people/{id}/sessions`: browser sessions of users, and
//! `/admin/apps/{id}/end-sessions`: the end of those with access of a client.

use doorward_admin::exports;
use doorward_admin::operation::Entry;
use doorward_admin::sessions::{self, EndedGrants, STEP};
use doorward_domain::model::{Session, SessionId};
use doorward_i18n::device::Device;
use doorward_store::repo::live_sessions::SessionFilter;

use crate::apps;
use crate::people;
use crate::people::actions::UserAction;
use crate::people::user::detail;
use doorward_console_ui::prelude::*;

pub(crate) const READ: Access = Access::Global("sessions:read");
pub(crate) const WRITE: Access = Access::Global("sessions:write");
const ENDED: &str = "console-session-ended";
const ALL_ENDED: &str = "console-user-ended";
/// The notice after some sessions of a client were ended.
const LEFT: &str = "console-sessions-left";
const FILTERS: [Filter; 1] = [Filter::text("app", "console-find-app-id", "")];

const CHOSEN: ChosenList = ChosenList {
    section: Section::Sessions,
    list: SESSIONS,
    filter: "",
    name: Section::Sessions.key(),
    objects: Section::Sessions.key(),
    path: "/admin/sessions/bulk",
    field: "session",
    columns: &[
        "console-who",
        "console-device",
        "console-last-use",
        "console-address",
        "console-since",
    ],
    submit: "console-chosen-sessions",
    question: "console-chosen-sessions-question",
    text: "console-chosen-sessions-text",
    ended: "console-chosen-sessions-ended",
    failed: "console-chosen-sessions-failed",
};

/// Reads the page and the filter from the URL; the filter is `None` if it names a user or a client that
/// does not exist.
pub(crate) async fn filter(console: &Console<'_>) -> Result<(Cursor, Option<SessionFilter>), Stop> {
    let cursor = Cursor::read(console, &["q", "app"])?;
    let (name, app) = (cursor.filter("q"), cursor.filter("app"));
    let user = match name {
        "" => None,
        name => console.find_user(name).await?,
    };
    let client = ClientId::parse(app);
    let is_known = (name.is_empty() || user.is_some()) && (app.is_empty() || client.is_some());
    Ok((cursor, is_known.then_some(SessionFilter { user, client })))
}

pub(crate) async fn search(console: &Console<'_>) -> Answer {
    let (cursor, filter) = filter(console).await?;
    let name = cursor.filter("q");
    let (table, pager, mut actions) = match &filter {
        Some(filter) => {
            let (table, pager) = table(console, &cursor, filter, true).await?;
            let end = end_all(console, filter, name).filter(|_| !table.rows.is_empty());
            (table, pager, end.into_iter().collect::<Vec<_>>())
        }
        None => (Table::default(), Pager::default(), Vec::new()),
    };
    actions.extend(filter_bar::files(console, &cursor, SESSIONS));
    let notice = console.notice(&[ALL_ENDED, LEFT])?;
    console.show(&List {
        lead: console.t("console-sessions-text"),
        notice: notice.or(CHOSEN.notice(console)?),
        actions,
        search: Some(list::search(console, SESSIONS, "console-find-user", name)),
        fields: filter_bar::fields(console, &cursor, &FILTERS),
        chosen: filter_bar::chosen(console, &cursor, SESSIONS, &FILTERS),
        bulk: CHOSEN.form(console, &table)?,
        table: Table {
            empty: console.t("console-no-sessions"),
            ..table
        },
        pager,
        ..console.list(Section::Sessions, "console-sessions")
    })
}

/// Returns the link to end all sessions of the user or of the app that the filter names alone. The user
/// is named as typed.
fn end_all(console: &Console<'_>, filter: &SessionFilter, typed: &str) -> Option<Link> {
    let (object, name) = match (filter.user, &filter.client) {
        (Some(user), None) if !console.is(&user.to_string()) => (routes::user(user), typed),
        (None, Some(client)) => (routes::app(client), client.as_str()),
        _ => return None,
    };
    let layout = &console.layout;
    let text = layout.t_with("console-sessions-end-of", "name", name);
    let link = Link::new(format!("{object}/end-sessions"), text);
    Some(link).filter(|_| console.has(WRITE))
}

const COLUMNS: &[Column<(Session, User)>] = &[
    Column::File("id", |_, (session, _)| json!(session.id.to_string())),
    Column::File("user_id", |_, (session, _)| {
        json!(session.user_id.to_string())
    }),
    // The user has a name for an administrator who may read users.
    Column::File("name", |file, (_, user)| {
        let has_name = file.context.require_global("users:read").is_ok();
        json!(has_name.then(|| user.display_name()))
    }),
    Column::Page("console-device", |console, (session, _)| {
        Value::Name(device(console, session))
    }),
    Column::Page("console-last-use", |_, (session, _)| {
        Value::Ago(session.last_seen_at)
    }),
    Column::Page("console-address", |_, (session, _)| {
        Value::Code(session.ip.clone())
    }),
    Column::File("ip", |_, (session, _)| json!(session.ip)),
    Column::File("user_agent", |_, (session, _)| json!(session.user_agent)),
    Column::Page("console-since", |_, (session, _)| {
        Value::Moment(session.created_at)
    }),
    Column::File("created_at", |file, (session, _)| {
        file.time(session.created_at)
    }),
    Column::File("last_seen_at", |file, (session, _)| {
        file.time(session.last_seen_at)
    }),
    Column::File("expires_at", |file, (session, _)| {
        file.time(session.expires_at)
    }),
];

async fn table(
    console: &Console<'_>,
    cursor: &Cursor,
    filter: &SessionFilter,
    has_user: bool,
) -> Result<(Table, Pager), Stop> {
    let before = cursor.after_id(SessionId::parse)?;
    let mut found = sessions::page(&console.context(), filter, before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(session, _)| session.id.to_string());
    let may_end = console.has(WRITE);
    let mut columns = list::headings(COLUMNS);
    if has_user {
        // The form around the list of all users ends sessions.
        columns.insert(0, "console-who");
    } else if may_end {
        columns.push("console-action");
    }
    let row = |found: &(Session, User)| {
        let (session, user) = found;
        let mut row = list::cells(console, COLUMNS, found);
        if has_user {
            row.insert(0, owner(console, session, user, may_end));
        } else if may_end {
            row.push(end_link(console, session));
        }
        row
    };
    let rows = found.iter().map(row).collect();
    let (key, none) = ("console-sessions", "console-no-sessions");
    let table = console.table(key, &columns, rows, none);
    let order = ("console-since", list::DESCENDING);
    Ok((list::sorted(console, order, table), pager))
}

/// Returns the user of a session, with a checkbox for an administrator with the right to end it. The
/// administrator's present session is marked instead, because it ends by signing out.
fn owner(console: &Console<'_>, session: &Session, user: &User, may_end: bool) -> Value {
    let owner = people::owner(console, user);
    if session.id == console.session() {
        return match owner {
            Value::Link(link) => Value::Marked(
                link,
                vec![console.state(Tone::Plain, "console-session-own")],
            ),
            owner => owner,
        };
    }
    if !may_end {
        return owner;
    }
    CHOSEN.choose(owner, session.id, &device(console, session))
}

fn device(console: &Console<'_>, session: &Session) -> String {
    Device::from_user_agent(&session.user_agent).label(console.layout.lang)
}

fn end_link(console: &Console<'_>, session: &Session) -> Value {
    let user = routes::user(session.user_id);
    let path = format!("{user}/sessions/{}/end", session.id);
    let label = ["console-session-end-label", "device"];
    let device = device(console, session);
    console.labelled(path, "console-session-end", label, &device)
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let user = people::named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let filter = SessionFilter {
        user: Some(user.id),
        client: None,
    };
    let (table, pager) = table(console, &cursor, &filter, false).await?;
    let may_end = !console.is(&user.id.to_string()) && console.has(WRITE);
    let end =
        (may_end && !table.rows.is_empty()).then(|| UserAction::EndSessions.link(console, user.id));
    console.show(&Detail {
        notice: console.notice(&[ENDED])?,
        tables: vec![table],
        pager,
        actions: end.into_iter().collect(),
        ..detail(console, &user, "/sessions")
    })
}

pub(crate) async fn end(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let user = people::named(console).await?;
    let id = visit.id("session", SessionId::parse)?;
    let found = sessions::get(&console.context(), user.id, id).await;
    let device = device(console, &found?);
    let messages = Messages {
        question: "console-session-end-question",
        text: "console-session-end-text",
        submit: "console-session-end",
        done: ENDED,
    };
    let object = format!("{}: {device}", user.display_name());
    let back = format!("{}/sessions", routes::user(user.id));
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_USER)),
        is_risky: true,
        ..Question::new(Section::People, messages, object, back)
    };
    let question = question.ask(visit)?;
    let ended = sessions::end(&visit.context(), id, EndedGrants::default()).await;
    question.finish(visit, ended).await
}

pub(crate) async fn end_of_app(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let client = apps::pages::named(console).await?;
    let count = sessions::count_of_client(&console.context(), &client.id).await?;
    let text = if count > STEP as u64 {
        "console-app-sessions-many"
    } else {
        "console-app-sessions-text"
    };
    let messages = Messages {
        question: "console-user-end-question",
        text,
        submit: "console-user-end",
        done: ALL_ENDED,
    };
    let back = filtered(SESSIONS, [("app", client.id.as_str())]);
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_USER)),
        is_risky: true,
        facts: vec![console.number("console-sessions", &console.count(count))],
        ..Question::new(Section::Sessions, messages, client.name.as_str(), back)
    };
    let question = question.ask(visit)?;
    let which = EndedGrants::default();
    let ended = sessions::end_all_of_client(&visit.context(), &client.id, which).await;
    let ended = question.settle(visit, ended).await?;
    let done = if ended.is_complete { ALL_ENDED } else { LEFT };
    Ok(console.see_done(SESSIONS, done))
}

pub(crate) struct ChosenSessions;

impl Selection for ChosenSessions {
    type Id = SessionId;

    const PARSE: fn(&str) -> Option<SessionId> = SessionId::parse;
    const LIST: &'static ChosenList = &CHOSEN;
    const ACCESS: Access = WRITE;
    const EXPIRES: bool = true;
    const OPERATION: &'static Entry = &sessions::operations::END;

    async fn find(console: &Console<'_>, ids: Vec<SessionId>) -> FoundObjects<SessionId> {
        let found = sessions::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|found| {
            let mut row = list::cells(console, COLUMNS, &found);
            row.insert(0, people::owner(console, &found.1));
            Found {
                id: found.0.id,
                version: None,
                state: ObjectState::Active,
                user: Some(found.1.id),
                is_told: true,
                row,
            }
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: SessionId) -> Result<(), AdminError> {
        let ended = sessions::end(context, id, EndedGrants::default()).await;
        ended.map(drop)
    }
}

/// The sessions of a filter; `None` if it names a user or a client that does not exist.
pub(crate) struct Sessions(Option<SessionFilter>);

impl FileList for Sessions {
    type Row = (Session, User);

    const SECTION: Section = Section::Sessions;
    const ACCESS: Access = READ;
    const COLUMNS: &'static [Column<Self::Row>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self(filter(console).await?.1))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        match &self.0 {
            Some(filter) => exports::record_sessions(context, filter).await,
            None => Ok(()),
        }
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<Self::Row> {
        let before = after.and_then(SessionId::parse);
        let found = match &self.0 {
            Some(filter) => sessions::page(context, filter, before, list_file::ROWS).await,
            None => Ok(Vec::new()),
        };
        let found = match found {
            // The user may have been deleted since the start of the file.
            Err(AdminError::NotFound { .. }) => Vec::new(),
            found => found?,
        };
        Ok(list_file::found(found, |(session, _)| {
            session.id.to_string()
        }))
    }
}
