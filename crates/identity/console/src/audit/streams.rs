//! `/admin/streams`: the streams of the audit log to other systems, with their lag.

use doorward_services::audit_streams::{self, StreamStatus};
use doorward_services::error::ServerError;

use doorward_console_ui::prelude::*;

pub(crate) const READ: Access = Access::Global("system:read");

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let core = &console.page.context.core;
    let config = &core.config.audit.streams;
    let found = audit_streams::status(&core.db, config, console.now()).await;
    let found = found.map_err(ServerError::from)?;
    let number = |count: i64| Value::Text(console.layout.lang.number(count));
    let table = console
        .table_of("console-streams", &found, "console-streams-none")
        .column("console-name", |stream| {
            Value::Code(stream.name.as_str().to_owned())
        })
        .column("console-about", |stream| Value::Path(stream.target.clone()))
        .column("console-state", |stream| {
            Value::States(vec![state(console, stream)])
        })
        .column("console-streams-waiting", |stream| {
            number(stream.lag.events)
        })
        .column("console-streams-sent", |stream| {
            let sent = stream.stream.as_ref().and_then(|stream| stream.sent_at);
            console.ago(sent, "console-never")
        })
        .column("console-cause", |stream| Value::Name(cause(stream)))
        .table();
    console.show(&List {
        lead: console.t("console-streams-text"),
        table: table.without_empty_columns(),
        ..console.list(Section::Streams, "console-streams")
    })
}

/// Returns the reason of the last failed attempt; empty for none.
fn cause(stream: &StreamStatus) -> String {
    let error = stream
        .stream
        .as_ref()
        .and_then(|stream| stream.last_error.clone());
    error.unwrap_or_default()
}

fn state(console: &Console<'_>, stream: &StreamStatus) -> State {
    if stream.stream.is_none() {
        console.state(Tone::Plain, "console-streams-new")
    } else if cause(stream).is_empty() {
        console.state(Tone::Good, "console-active")
    } else {
        console.state(Tone::Warn, "console-streams-failing")
    }
}
