//! `/api/admin/attempts`: sign-in attempts and rejected OAuth requests.

use doorward_admin::attempts::{self, AttemptQuery};
use doorward_domain::model::{AttemptOutcome, SignInAttempt, SignInAttemptId};
use serde_json::Map;

use crate::prelude::*;

endpoints! { admin_list_attempts, admin_read_attempt }

view! {
    /// A sign-in attempt, or a rejected request of a client.
    #[schema(as = SignInAttempt)]
    AttemptView(attempt: SignInAttempt) {
        /// ID of the attempt.
        id: String = attempt.id.to_string();
        /// Time (RFC 3339).
        at: Time = attempt.at;
        /// Step at which it ended: `password`, `passkey`, `email_code`, `operator_link`, `provider`,
        /// `second_factor`, `first_party`, `consent`, `authorize` or `token`.
        step: &'static str = attempt.step.as_str();
        /// Outcome: `succeeded`, `failed`, `rejected` or `abandoned`.
        outcome: &'static str = attempt.outcome.as_str();
        /// Rule that decided.
        rule: String = attempt.rule;
        /// The rule as a sentence.
        reason: String = attempt.reason;
        /// ID of the user; absent: unknown.
        user?: String = attempt.user_id.map(|id| id.to_string());
        /// ID of the client; absent: unknown, or an account page.
        client_id?: String = attempt.client_id;
        /// ID of the request.
        request_id?: String = attempt.request_id;
        /// Network of the request: an IPv4 address or an IPv6 /64.
        address?: String = attempt.address;
        /// Further details, such as the expected and the received value.
        #[schema(value_type = Object)]
        detail: Map<String, Value> = attempt.detail;
    }
}

/// List sign-in attempts
///
/// Attempts are listed a few seconds after they end, for 30 days.
#[utoipa::path(
    params(
        PageParams,
        ("about" = Option<String>, Query, description = "User ID, user name, e-mail address, or request ID. A name that no user has finds attempts with that name"),
        ("client_id" = Option<String>, Query, description = "ID of the client"),
        ("outcome" = Option<String>, Query, description = "`succeeded`, `failed`, `rejected` or `abandoned`"),
        ("since" = Option<String>, Query, description = "Earliest time, inclusive (RFC 3339)"),
        ("until" = Option<String>, Query, description = "Latest time, exclusive (RFC 3339)"),
    ),
    responses((status = 200, description = "Attempts, the newest first", body = Listing<AttemptView>)),
)]
#[get("/admin/attempts")]
async fn admin_list_attempts(admin: AdminCaller) -> Answer {
    let filters = ["about", "client_id", "outcome", "since", "until"];
    let page = admin.page(&filters)?;
    let expected = "Must be succeeded, failed, rejected or abandoned.";
    let query = AttemptQuery {
        about: page.filter("about").filter(|text| !text.is_empty()),
        client: page.filter("client_id"),
        outcome: page.read("outcome", AttemptOutcome::parse, expected)?,
        since: page.time("since")?,
        until: page.time("until")?,
        ..AttemptQuery::default()
    };
    let before = page.after_id(SignInAttemptId::parse)?;
    let log = Some(&*admin.call.context.limits.attempts);
    let found = attempts::list(&admin.context(), log, &query, before, page.rows()).await?;
    Ok(page.finish(
        found,
        |(attempt, _)| attempt.id.to_string(),
        |(attempt, _)| AttemptView::new(attempt),
    ))
}

/// Read a sign-in attempt
#[utoipa::path(responses((status = 200, description = "The attempt", body = AttemptView)))]
#[get("/admin/attempts/{id}")]
async fn admin_read_attempt(admin: AdminCaller, id: Path<String>) -> Answer {
    let (found, _) = attempts::get(&admin.context(), &id).await?;
    Ok(HttpResponse::Ok().json(AttemptView::new(found)))
}
