//! `/api/admin/stats`: statistics.

use doorward_admin::stats::{self, StatFilter};
use doorward_domain::model::{StatCount, StatKind};

use crate::prelude::*;

const KINDS: &str =
    "Must be sign_in, sign_in_failed, active_user, request_rejected or token_issued.";

endpoints! { admin_list_stats }

view! {
    /// The number of events of one kind within an hour.
    #[schema(as = Statistic)]
    StatView(count: StatCount) {
        /// Start of the hour (RFC 3339); of the day (UTC) if it is more than 90 days ago.
        hour: Time = count.hour;
        /// Kind: `sign_in`, `sign_in_failed`, `active_user`, `request_rejected` or `token_issued`.
        kind: &'static str = count.kind.as_str();
        /// ID of the client; absent: the whole deployment.
        client_id?: String = count.client;
        /// Number of events.
        count: i64 = count.n;
    }
}

/// List statistics
///
/// Hours without events are left out. A user is counted as `active_user` in the hour of their first
/// sign-in of a day (UTC), so the sum of a day is the number of users. The numbers of a client are
/// those of its sign-in attempts.
#[utoipa::path(
    params(
        PageParams,
        ("from" = Option<String>, Query, description = "Earliest start of an hour, inclusive (RFC 3339)"),
        ("to" = Option<String>, Query, description = "Latest start of an hour, exclusive (RFC 3339)"),
        ("kind" = Option<String>, Query, description = "`sign_in`, `sign_in_failed`, `active_user`, `request_rejected` or `token_issued`"),
        ("client_id" = Option<String>, Query, description = "ID of the client; absent: the whole deployment"),
    ),
    responses((status = 200, description = "Numbers, the oldest first", body = Listing<StatView>)),
)]
#[get("/admin/stats")]
async fn admin_list_stats(admin: AdminCaller) -> Answer {
    let page = admin.page(&["from", "to", "kind", "client_id"])?;
    let client = page.filter("client_id").filter(|id| !id.is_empty());
    let filter = StatFilter {
        client: client.map(str::to_owned),
        kind: page.read("kind", StatKind::parse, KINDS)?,
        from: page.time("from")?,
        to: page.time("to")?,
    };
    let after = page.after.as_deref();
    let found = stats::page(&admin.context(), &filter, after, page.rows()).await?;
    Ok(page.finish(found, stats::cursor, StatView::new))
}
