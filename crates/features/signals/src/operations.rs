//! Operations of streams.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::Operation;
use doorward_admin::prelude::*;
use doorward_domain::model::signals::SignalStream;
use doorward_services::view;

use crate::queue::LIMIT;

doorward_admin::entries! { LIST: List }

doorward_admin::targets! { {} => List }

view! {
    /// A stream of signals to a receiver.
    #[schema(as = SignalStream)]
    pub StreamView(stream: SignalStream, waiting: u64) {
        /// Number of signals after the last one that the receiver has acknowledged, also of other events; at most 10,001.
        waiting: u64 = waiting;
        /// ID.
        id: String = stream.id;
        /// ID of the client.
        client: String = stream.client_id.to_string();
        /// Address to which signals are pushed; the receiver polls without one.
        push_url?: String = stream.settings.push_url;
        /// Status: enabled, paused or disabled.
        status: String = stream.settings.status.as_str().to_owned();
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

/// Returns up to `limit` streams after this one, each with the number of signals that wait.
pub(crate) async fn read(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<(SignalStream, u64)>> {
    context.require_global("clients:read")?;
    let conn = context.db.read();
    let found = repo::signal_streams::list(conn, after, limit).await?;
    let mut rows = Vec::with_capacity(found.len());
    for stream in found {
        let waiting = repo::signals::count_after(conn, stream.position, LIMIT + 1).await?;
        rows.push((stream, waiting));
    }
    Ok(rows)
}

impl Operation for List {
    const TITLE: &'static str = "List the streams of signals";
    const CALL: &'static str = "GET signals paged";
    const COMMAND: &'static str = "signals list";
    const TABLE: &'static str = "id client push_url status waiting used_at";
    type Done = FoundPage<StreamView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let rows = read(context, after, limit + 1).await?;
        let page = FoundPage::cut_rows(rows, limit, |(stream, _)| stream.id.clone());
        Ok(page.map(|(stream, waiting)| StreamView::new(stream, waiting)))
    }
}
