//! Operation of statistics.

use doorward_services::view;

use super::{StatCount, StatFilter, StatKind, cursor, page};
use crate::found::FoundPage;
use crate::json_member::{OneOf, optional, optional_word};
use crate::operation::Operation;
use crate::prelude::*;

crate::entries! { LIST: List }

type Kinds = OneOf<StatKind>;

view! {
    /// The number of events of one kind within an hour.
    #[schema(as = Statistic)]
    pub StatView(stat: StatCount) {
        /// Start of the hour (RFC 3339); of the day (UTC) if it is more than 90 days ago.
        hour: Time = stat.hour;
        /// Kind: `sign_in`, `sign_in_failed`, `active_user`, `request_rejected` or `token_issued`.
        kind: &'static str = stat.kind.as_str();
        /// ID of the client; absent: the whole deployment.
        client_id?: String = stat.client;
        /// Number of events.
        count: i64 = stat.n;
    }
}

/// The statistics to list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Earliest start of an hour, inclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<UnixSeconds>,
    /// Latest start of an hour, exclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<UnixSeconds>,
    /// Kind.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Kinds>)]
    kind: Option<StatKind>,
    /// ID of the client; absent: the whole deployment.
    client_id: Option<String>,
}

impl Operation for List {
    const TITLE: &'static str =
        "List the numbers of sign-ins and requests by hour, the oldest first";
    const TEXT: &'static str = "Hours without events are left out. A user is counted as \
        `active_user` in the hour of their first sign-in of a day (UTC), so the sum of a day is the \
        number of users. The numbers of a client are those of its sign-in attempts.";
    const CALL: &'static str = "GET stats paged";
    const COMMAND: &'static str = "stats list --from --to --kind --client=client_id";
    const TABLE: &'static str = "hour kind count";
    type Done = FoundPage<StatView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let filter = StatFilter {
            client: self.client_id.filter(|id| !id.is_empty()),
            kind: self.kind,
            from: self.from,
            to: self.to,
        };
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = page(context, &filter, after, limit + 1).await?;
        Ok(FoundPage::cut_rows(found, limit, cursor).map(StatView::new))
    }
}
