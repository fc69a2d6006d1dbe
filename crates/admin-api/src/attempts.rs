//! `/api/admin/attempts`: sign-in attempts and rejected OAuth requests.

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use doorward_admin::attempts::{self, AttemptQuery};
use doorward_domain::model::{AttemptOutcome, SignInAttempt, SignInAttemptId};
use doorward_http_common::problem::FieldError;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(read);
}

/// A sign-in attempt, or a rejected request of a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignInAttempt)]
pub struct AttemptView {
    /// ID of the attempt.
    id: String,
    /// Time (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// Step at which it ended: `password`, `passkey`, `email_code`, `operator_link`, `provider`,
    /// `second_factor`, `first_party`, `consent`, `authorize` or `token`.
    step: &'static str,
    /// Outcome: `succeeded`, `failed`, `rejected` or `abandoned`.
    outcome: &'static str,
    /// Rule that decided.
    rule: String,
    /// The rule as a sentence.
    reason: String,
    /// ID of the user; absent: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// ID of the client; absent: unknown, or an account page.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// ID of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Network of the request: an IPv4 address or an IPv6 /64.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Further details, such as the expected and the received value.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
}

impl AttemptView {
    fn new(attempt: SignInAttempt) -> Self {
        Self {
            id: attempt.id.to_string(),
            at: time(attempt.at),
            step: attempt.step.as_str(),
            outcome: attempt.outcome.as_str(),
            rule: attempt.rule,
            reason: attempt.reason,
            user: attempt.user_id.map(|id| id.to_string()),
            client_id: attempt.client_id,
            request_id: attempt.request_id,
            address: attempt.address,
            detail: attempt.detail,
        }
    }
}

/// List sign-in attempts
///
/// Attempts are listed a few seconds after they end, for 30 days.
#[utoipa::path(
    operation_id = "admin_list_attempts",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("about" = Option<String>, Query, description = "User ID, user name, e-mail address, or request ID. A name that no user has finds attempts with that name"),
        ("client_id" = Option<String>, Query, description = "ID of the client"),
        ("outcome" = Option<String>, Query, description = "`succeeded`, `failed`, `rejected` or `abandoned`"),
        ("since" = Option<String>, Query, description = "Earliest time, inclusive (RFC 3339)"),
        ("until" = Option<String>, Query, description = "Latest time, exclusive (RFC 3339)"),
    ),
    responses((status = 200, description = "Attempts, the newest first", body = Listing<AttemptView>)),
    security(("bearer" = []))
)]
#[get("/admin/attempts")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let filters = ["about", "client_id", "outcome", "since", "until"];
    let page = admin.page(&filters)?;
    let query = AttemptQuery {
        about: page.filter("about").filter(|text| !text.is_empty()),
        client: page.filter("client_id"),
        outcome: page.filter("outcome").map(outcome).transpose()?,
        since: page.time("since")?,
        until: page.time("until")?,
        ..AttemptQuery::default()
    };
    let before = page.after_id(SignInAttemptId::parse)?;
    let log = Some(&*admin.call.context.limits.attempts);
    let found = attempts::list(&admin.context(), log, &query, before, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(
        found,
        |(attempt, _)| attempt.id.to_string(),
        |(attempt, _)| AttemptView::new(attempt),
    ))
}

fn outcome(text: &str) -> Result<AttemptOutcome, Problem> {
    AttemptOutcome::parse(text).ok_or_else(|| {
        let detail = "Must be succeeded, failed, rejected or abandoned.";
        Problem::invalid(vec![FieldError::parameter("outcome", "invalid", detail)])
    })
}

/// Read a sign-in attempt
#[utoipa::path(
    operation_id = "admin_read_attempt",
    tag = "admin",
    responses((status = 200, description = "The attempt", body = AttemptView)),
    security(("bearer" = []))
)]
#[get("/admin/attempts/{id}")]
async fn read(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = attempts::get(&admin.context(), &id).await;
    let (found, _) = admin.map_result(found).await?;
    Ok(HttpResponse::Ok().json(AttemptView::new(found)))
}
