//! `/admin/signals`: the streams of signals to receivers, and the actions of an administrator on one.

use std::collections::BTreeMap;

use doorward_admin::clients;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::signals::{SignalEvent, SignalStream, StreamStatus};

use crate::operations;
use crate::queue::Lag;

pub(super) const PATH: &str = "/admin/signals";
pub(super) const TITLE: &str = "signals-title";
pub(super) const READ: Access = Access::Global("clients:read");

const WRITE: Access = Access::Global("clients:write");

doorward_protocol::words! {
    /// A change of a stream.
    enum Action {
        Enable = "enable",
        Pause = "pause",
        Delete = "delete",
    }
}

impl Action {
    const fn is_risky(self) -> bool {
        matches!(self, Self::Pause | Self::Delete)
    }

    /// Returns true if the change is useful for a stream with this status.
    fn applies_to(self, status: StreamStatus) -> bool {
        match self {
            Self::Enable => status != StreamStatus::Enabled,
            Self::Pause => status == StreamStatus::Enabled,
            Self::Delete => true,
        }
    }

    const fn messages(self) -> Messages {
        Messages::new(match self {
            Self::Enable => [
                "signals-enable-question",
                "signals-enable-text",
                "signals-enable",
                "signals-enabled",
            ],
            Self::Pause => [
                "signals-pause-question",
                "signals-pause-text",
                "signals-pause",
                "signals-paused-done",
            ],
            Self::Delete => [
                "signals-delete-question",
                "signals-delete-text",
                "signals-delete",
                "signals-deleted",
            ],
        })
    }
}

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .page_for("/admin/signals/{id}", READ, show)
        .form("/admin/signals/{id}/enable", WRITE, enable)
        .form("/admin/signals/{id}/pause", WRITE, pause)
        .form("/admin/signals/{id}/delete", WRITE, delete);
}

fn path(stream: &SignalStream) -> String {
    format!("{PATH}/{}", stream.id)
}

/// Returns the names of the clients that receive these streams.
async fn receivers(
    console: &Console<'_>,
    streams: impl Iterator<Item = &SignalStream>,
) -> Result<BTreeMap<ClientId, String>, Stop> {
    let ids: Vec<ClientId> = streams.map(|stream| stream.client_id.clone()).collect();
    let clients = clients::find_many(&console.context(), &ids).await?;
    let clients = clients.into_iter();
    Ok(clients
        .map(|(client, _)| (client.id, client.name))
        .collect())
}

fn receiver(names: &BTreeMap<ClientId, String>, stream: &SignalStream) -> String {
    let id = &stream.client_id;
    names.get(id).cloned().unwrap_or_else(|| id.to_string())
}

fn delivery(console: &Console<'_>, stream: &SignalStream) -> Value {
    match &stream.settings.push_url {
        Some(url) => Value::Path(url.clone()),
        None => console.text("signals-polled"),
    }
}

fn seconds(console: &Console<'_>, lag: Lag) -> Value {
    let text = console
        .layout
        .t_plural("console-impact-seconds", "count", lag.seconds);
    Value::Text(text)
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let mut found = operations::read(&console.context(), cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(stream, _)| stream.id.clone());
    let names = receivers(console, found.iter().map(|(stream, _)| stream)).await?;
    let table = console
        .table_of(TITLE, &found, "signals-none")
        .column("console-app", |(stream, _)| {
            Value::Link(Link::new(path(stream), receiver(&names, stream)))
        })
        .column("signals-delivery", |(stream, _)| delivery(console, stream))
        .column("console-state", |(stream, _)| {
            Value::States(vec![state(console, stream)])
        })
        .column("console-streams-waiting", |(_, lag)| {
            Value::Text(console.count(lag.signals))
        })
        .column("signals-lag", |(_, lag)| seconds(console, *lag))
        .column("signals-used", |(stream, _)| Value::Ago(stream.used_at))
        .column("console-last-error", |(stream, _)| {
            console.code(stream.last_error.clone())
        })
        .table();
    console.show(&List {
        lead: console.t("signals-text"),
        notice: console.notice(&[Action::Delete.messages().done])?,
        table,
        pager,
        ..console.list_below(Section::Streams, TITLE)
    })
}

async fn show(console: &Console<'_>) -> Answer {
    let id = parameter(console.page, "id");
    let (stream, lag) = operations::find(&console.context(), &id).await?;
    let names = receivers(console, std::iter::once(&stream)).await?;
    let name = receiver(&names, &stream);
    let app = Link::new(routes::app(&stream.client_id), name.clone());
    let events = stream.delivered().map(SignalEvent::as_str);
    let mut facts = vec![
        console.fact("console-id", Value::Copy(stream.id.clone())),
        console.fact("console-app", Value::Link(app)),
        console.fact("signals-delivery", delivery(console, &stream)),
        console.fact("signals-events", console.codes(events)),
        console.number("signals-position", &stream.position),
        console.number("console-streams-waiting", &console.count(lag.signals)),
        console.fact("signals-lag", seconds(console, lag)),
        console.fact("signals-used", Value::Ago(stream.used_at)),
        console.fact(
            "console-last-error",
            console.code(stream.last_error.clone()),
        ),
        console.fact("console-created", Value::Moment(stream.created_at)),
    ];
    let settings = &stream.settings;
    facts.extend(console.known_facts([
        ("signals-next", stream.retry_at.map(Value::Moment)),
        (
            "console-description",
            settings.description.clone().map(Value::Name),
        ),
        ("console-reason", settings.reason.clone().map(Value::Name)),
    ]));
    let may_change = console.has(WRITE);
    let offered = Action::ALL.into_iter();
    let offered = offered.filter(|action| may_change && action.applies_to(settings.status));
    let (risky, others): (Vec<Action>, Vec<Action>) = offered.partition(|action| action.is_risky());
    let to = |action: Action| format!("{}/{}", path(&stream), action.as_str());
    let link = |action: Action| console.link(to(action), action.messages().submit);
    let risk = |action: Action| action.messages().risk(console, to(action));
    console.show(&Detail {
        state: Some(state(console, &stream)),
        notice: console.notice(&Action::ALL.map(|action| action.messages().done))?,
        facts,
        actions: others.into_iter().map(link).collect(),
        risky: risky.into_iter().map(risk).collect(),
        ..console.detail(Section::Streams, console.link(PATH, TITLE), name)
    })
}

async fn enable(visit: &Visit<'_>) -> Answer {
    change(visit, Action::Enable).await
}

async fn pause(visit: &Visit<'_>) -> Answer {
    change(visit, Action::Pause).await
}

async fn delete(visit: &Visit<'_>) -> Answer {
    change(visit, Action::Delete).await
}

async fn change(visit: &Visit<'_>, action: Action) -> Answer {
    let console = &visit.console;
    let id = parameter(console.page, "id");
    let (stream, _) = operations::find(&console.context(), &id).await?;
    if !action.applies_to(stream.settings.status) {
        return Err(ErrorKind::NotFound.into());
    }
    let names = receivers(console, std::iter::once(&stream)).await?;
    let name = receiver(&names, &stream);
    let mut messages = action.messages();
    if action == Action::Enable && stream.settings.status == StreamStatus::Disabled {
        messages.text = "signals-enable-dropped";
    }
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_LOG)),
        is_risky: action.is_risky(),
        facts: vec![console.fact("signals-delivery", delivery(console, &stream))],
        ..Question::new(Section::Streams, messages, name, path(&stream))
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let status = match action {
        Action::Enable => StreamStatus::Enabled,
        Action::Pause => StreamStatus::Paused,
        Action::Delete => {
            let deleted = operations::delete(&context, &stream.id).await;
            return question.finish_at(visit, deleted, PATH).await;
        }
    };
    let switched = operations::switch(&context, &stream.id, status).await;
    question.finish(visit, switched).await
}

fn state(console: &Console<'_>, stream: &SignalStream) -> State {
    match stream.settings.status {
        StreamStatus::Enabled if stream.failures > 0 => {
            console.state(Tone::Warn, "console-streams-failing")
        }
        StreamStatus::Enabled => console.state(Tone::Good, "console-active"),
        StreamStatus::Paused => console.state(Tone::Plain, "signals-paused"),
        StreamStatus::Disabled => console.state(Tone::Plain, "console-disabled"),
    }
}
