//! `/api/admin/stats`: statistics.

use actix_web::{HttpResponse, get};
use doorward_admin::stats::{self, StatFilter};
use doorward_domain::model::{StatCount, StatKind};
use doorward_http_common::problem::FieldError;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list);
}

/// The number of events of one kind within an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistic)]
pub struct StatView {
    /// Start of the hour (RFC 3339); of the day (UTC) if it is more than 90 days ago.
    #[schema(format = DateTime)]
    hour: String,
    /// Kind: `sign_in`, `sign_in_failed`, `active_user`, `request_rejected` or `token_issued`.
    kind: &'static str,
    /// ID of the client; absent: the whole deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Number of events.
    count: i64,
}

impl StatView {
    fn new(count: StatCount) -> Self {
        Self {
            hour: time(count.hour),
            kind: count.kind.as_str(),
            client_id: count.client,
            count: count.n,
        }
    }
}

/// List statistics
///
/// Hours without events are left out. A user is counted as `active_user` in the hour of their first
/// sign-in of a day (UTC), so the sum of a day is the number of users. The numbers of a client are
/// those of its sign-in attempts.
#[utoipa::path(
    operation_id = "admin_list_stats",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("from" = Option<String>, Query, description = "Earliest start of an hour, inclusive (RFC 3339)"),
        ("to" = Option<String>, Query, description = "Latest start of an hour, exclusive (RFC 3339)"),
        ("kind" = Option<String>, Query, description = "`sign_in`, `sign_in_failed`, `active_user`, `request_rejected` or `token_issued`"),
        ("client_id" = Option<String>, Query, description = "ID of the client; absent: the whole deployment"),
    ),
    responses((status = 200, description = "Numbers, the oldest first", body = Listing<StatView>)),
    security(("bearer" = []))
)]
#[get("/admin/stats")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["from", "to", "kind", "client_id"])?;
    let client = page.filter("client_id").filter(|id| !id.is_empty());
    let filter = StatFilter {
        client: client.map(str::to_owned),
        kind: page.filter("kind").map(kind).transpose()?,
        from: page.time("from")?,
        to: page.time("to")?,
    };
    let after = page.after.as_deref();
    let found = stats::page(&admin.context(), &filter, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, stats::cursor, StatView::new))
}

fn kind(text: &str) -> Result<StatKind, Problem> {
    StatKind::parse(text).ok_or_else(|| {
        let detail = "Must be sign_in, sign_in_failed, active_user, request_rejected or \
                      token_issued.";
        Problem::invalid(vec![FieldError::parameter("kind", "invalid", detail)])
    })
}
