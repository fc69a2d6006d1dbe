//! Operations of streams.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::signals::{SignalStream, StreamStatus};
use doorward_services::view;

use crate::queue::{self, Lag};
use crate::streams::set_status;

doorward_admin::entries! { LIST: List, SHOW: Show, UPDATE: Update, DELETE: Delete }

doorward_admin::targets! { {} => List }

doorward_admin::targets! {
    {
        /// ID of the stream.
        id
    } => Show, Delete
}

view! {
    /// A stream of signals to a receiver.
    #[schema(as = SignalStream)]
    pub StreamView(stream: SignalStream, lag: Lag) {
        /// Number of signals after the last one that the receiver has acknowledged, also of other events; at most 10,001.
        waiting: u64 = lag.signals;
        /// Age of the oldest signal that the stream has not delivered, in seconds; 0 if none waits.
        lag: i64 = lag.seconds;
        /// ID.
        id: String = stream.id;
        /// ID of the client.
        client: String = stream.client_id.to_string();
        /// Address to which signals are pushed; the receiver polls without one.
        push_url?: String = stream.settings.push_url;
        /// Status: enabled, paused or disabled.
        status: String = stream.settings.status.as_str().to_owned();
        /// Position of the last signal that the receiver has acknowledged.
        position: i64 = stream.position;
        /// Description by the receiver.
        description?: String = stream.settings.description;
        /// Reason of the last failed push.
        last_error?: String = stream.last_error;
        /// Time of creation (RFC 3339).
        created_at: Time = stream.created_at;
        /// Last use, to the minute (RFC 3339).
        used_at: Time = stream.used_at;
    }
}

/// Returns up to `limit` streams after this one, each with the signals that wait.
pub(crate) async fn read(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<(SignalStream, Lag)>> {
    context.require_global("clients:read")?;
    let conn = context.db.read();
    let found = repo::signal_streams::list(conn, after, limit).await?;
    let head = queue::head(conn).await?;
    let mut rows = Vec::with_capacity(found.len());
    for stream in found {
        let lag = queue::lag(conn, &stream, head, context.now()).await?;
        rows.push((stream, lag));
    }
    Ok(rows)
}

/// Returns a stream with the signals that wait.
pub(crate) async fn find(context: &AdminContext<'_>, id: &str) -> Result<(SignalStream, Lag)> {
    context.require_global("clients:read")?;
    let conn = context.db.read();
    let found = repo::signal_streams::find(conn, id).await?;
    let stream = found.ok_or_else(|| AdminError::not_found("stream", id))?;
    let lag = queue::lag(conn, &stream, queue::head(conn).await?, context.now()).await?;
    Ok((stream, lag))
}

/// Changes the status of a stream.
pub(crate) async fn switch(
    context: &AdminContext<'_>,
    id: &str,
    status: StreamStatus,
) -> Result<(SignalStream, Lag)> {
    context.require_global("clients:write")?;
    let tx = context.begin().await?;
    // The receiver may change it at the same time.
    let found = repo::signal_streams::find_locked(&tx, id).await?;
    let mut stream = found.ok_or_else(|| AdminError::not_found("stream", id))?;
    if stream.settings.status == status {
        let problem = format!("the stream is {} already", status.as_str());
        return Err(AdminError::NoChange(problem));
    }
    set_status(&tx, &mut stream, status, None).await?;
    repo::signal_streams::change(&tx, &stream).await?;
    let client = &stream.client_id;
    let event = context.event(AuditKind::ClientChanged, client, "signal stream changed");
    let event = event.with("stream", id).with("status", status.as_str());
    context.commit_with(tx, &event).await?;
    find(context, id).await
}

/// Deletes a stream, with the signals that wait.
pub(crate) async fn delete(context: &AdminContext<'_>, id: &str) -> Result<()> {
    context.require_global("clients:write")?;
    let (stream, _) = find(context, id).await?;
    let tx = context.begin().await?;
    if !repo::signal_streams::delete(&tx, id).await? {
        return Err(AdminError::not_found("stream", id));
    }
    let client = &stream.client_id;
    let event = context.event(AuditKind::ClientChanged, client, "signal stream deleted");
    context.commit_with(tx, &event.with("stream", id)).await
}

impl Operation for List {
    const TITLE: &'static str = "List the streams of signals";
    const CALL: &'static str = "GET signals paged";
    const COMMAND: &'static str = "signals list";
    const TABLE: &'static str = "id client push_url status waiting lag used_at";
    type Done = FoundPage<StreamView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let rows = read(context, after, limit + 1).await?;
        let page = FoundPage::cut_rows(rows, limit, |(stream, _)| stream.id.clone());
        Ok(page.map(|(stream, lag)| StreamView::new(stream, lag)))
    }
}

fn shown((stream, lag): (SignalStream, Lag)) -> Shown<StreamView> {
    Shown::unversioned(StreamView::new(stream, lag))
}

impl Operation for Show {
    const TITLE: &'static str = "Show a stream of signals";
    const CALL: &'static str = "GET signals/{id}";
    const COMMAND: &'static str = "signals show ID";
    type Done = Shown<StreamView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        Ok(shown(find(context, &self.id).await?))
    }
}

/// Another status of a stream.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignalStreamStatus)]
pub struct Update {
    /// ID of the stream.
    id: String,
    /// Status: enabled, paused or disabled.
    status: String,
}

impl Operation for Update {
    const TITLE: &'static str = "Pause, enable or disable a stream of signals";
    const TEXT: &'static str = "Signals wait while it is paused, and are dropped while it is disabled. Until it is \
        enabled again, the receiver accepts access that has ended.";
    const CALL: &'static str = "POST signals/{id}/status reason";
    const COMMAND: &'static str = "signals update ID --status";
    const DONE: &'static str = "The stream is {status}.";
    type Done = Shown<StreamView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let problem = "must be enabled, paused or disabled";
        let status = StreamStatus::parse(&self.status);
        let status = status.ok_or_else(|| AdminError::invalid("status", problem))?;
        Ok(shown(switch(context, &self.id, status).await?))
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a stream of signals";
    const TEXT: &'static str =
        "Signals that wait are lost. A receiver that polls starts another stream.";
    const CALL: &'static str = "DELETE signals/{id} reason";
    const COMMAND: &'static str = "signals delete ID";
    const DONE: &'static str = "The stream is deleted.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        delete(context, &self.id).await
    }
}
