//! `/admin/signals`: the streams of signals to receivers.

use std::collections::BTreeMap;

use doorward_admin::clients;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::signals::{SignalStream, StreamStatus};

use crate::operations;

pub(super) const PATH: &str = "/admin/signals";
pub(super) const TITLE: &str = "signals-title";
pub(super) const READ: Access = Access::Global("clients:read");

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes.page_for(PATH, READ, list);
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let context = console.context();
    let mut found = operations::read(&context, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |(stream, _)| stream.id.clone());
    let ids: Vec<ClientId> = found
        .iter()
        .map(|(stream, _)| stream.client_id.clone())
        .collect();
    let clients = clients::find_many(&context, &ids).await?.into_iter();
    let names: BTreeMap<ClientId, String> = clients
        .map(|(client, _)| (client.id, client.name))
        .collect();
    let table = console
        .table_of(TITLE, &found, "signals-none")
        .column("console-app", |(stream, _)| {
            let id = &stream.client_id;
            let name = names.get(id).cloned();
            let name = name.unwrap_or_else(|| id.to_string());
            Value::Link(Link::new(routes::app(id), name))
        })
        .column("signals-delivery", |(stream, _)| {
            match &stream.settings.push_url {
                Some(url) => Value::Path(url.clone()),
                None => console.text("signals-polled"),
            }
        })
        .column("console-state", |(stream, _)| {
            Value::States(vec![state(console, stream)])
        })
        .column("console-streams-waiting", |(_, waiting)| {
            let waiting = i64::try_from(*waiting).unwrap_or(i64::MAX);
            Value::Text(console.layout.lang.number(waiting))
        })
        .column("signals-used", |(stream, _)| Value::Ago(stream.used_at))
        .column("console-last-error", |(stream, _)| {
            console.code(stream.last_error.clone())
        })
        .table();
    console.show(&List {
        lead: console.t("signals-text"),
        table,
        pager,
        ..console.list_below(Section::System, TITLE)
    })
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
