//! Decision IDs of every 401 and 403: in the body, in a header and in the log.

use doorward_oauth::userinfo::AccessTokenError;
use doorward_rules::rejection::{self, Rejection};
use doorward_services::attempts::EndedAttempt;
use doorward_services::denial_log::DeniedRequest;
use doorward_services::remediation::{self, Case};

use super::problem::Problem;
use crate::prelude::*;
use crate::request::received_request;
use crate::web_context::WebContext;

pub fn store_details(request: &HttpRequest, details: DenialDetails) {
    request.extensions_mut().insert(details);
}

pub fn details(error: AccessTokenError) -> DenialDetails {
    let (actor, client_id, org) = match error.holder {
        Some((sub, client, org)) => (Some(sub), Some(client), org),
        None => (None, None, None),
    };
    DenialDetails {
        because: Some(error.why.to_owned()),
        actor,
        client_id,
        org,
        ..DenialDetails::default()
    }
}

/// Returns the method and the route pattern. The path is omitted, because a log of denials should
/// not contain invented IDs.
pub fn attempt(request: &HttpRequest) -> String {
    let path = request.match_pattern().unwrap_or_default();
    format!("{} {path}", request.method())
}

/// Returns the cause of a denial for the log, with its rule and what changes the outcome.
pub fn cause(rule: &str, details: &DenialDetails) -> Rejected {
    let rejection = details.rejection.as_ref();
    let client_id = details.client_id.as_deref().map(rejection::escaped);
    let fix = remediation::commands(&Case {
        rule,
        actor: None,
        client: client_id.as_deref(),
        org: details.org.as_deref(),
        missing: &details.missing,
        roles: &[],
        place: None,
        rejection,
    });
    Rejected {
        error: rejection
            .map_or(rule, |rejection| rejection.code.as_str())
            .to_owned()
            .into(),
        reason: details.because.clone().unwrap_or_default(),
        fix: fix.join("; "),
        client_id,
        expected: rejection.and_then(|rejection| rejection.expected.clone()),
        received: rejection.and_then(|rejection| rejection.received.clone()),
        differs_at: rejection.and_then(Rejection::differs_at),
        decision_id: None,
    }
}

/// Records a denial. Returns its decision ID; `None` for other problems.
pub(super) async fn record(
    request: &HttpRequest,
    problem: &Problem,
) -> Result<Option<(String, DenialDetails)>, Problem> {
    if let Some(denial) = problem.denial() {
        let decision = denial.record(request).await?;
        return Ok(decision.map(|id| (id, problem.denial_details().clone())));
    }
    Ok(record_denied(request, problem).await)
}

async fn record_denied(
    request: &HttpRequest,
    problem: &Problem,
) -> Option<(String, DenialDetails)> {
    let status = problem.kind().status();
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return None;
    }
    let context = &request.app_data::<Data<WebContext>>()?.context;
    let noted = request.extensions().get::<DenialDetails>().cloned();
    let facts = problem
        .denial_details()
        .clone()
        .or(&noted.unwrap_or_default());
    let attempt = attempt(request);
    let denied = DeniedRequest {
        rule: problem.kind().word(),
        status: status.as_u16(),
        attempt: &attempt,
        details: facts,
    };
    let caller = received_request::caller(request);
    let kept =
        context
            .limits
            .denials
            .record(&context.core.db, context.core.now(), &denied, &caller);
    let id = kept.await;
    let facts = denied.details;
    let attempt = facts.rejection.as_ref();
    let attempt = attempt.and_then(|cause| EndedAttempt::rejection(request.path(), cause));
    if let Some(attempt) = attempt {
        let attempt = attempt
            .through(facts.client_id.as_deref())
            .with("decision_id", id.to_string());
        let (log, now) = (&context.limits.attempts, context.core.now());
        log.record(now, attempt, &caller);
    }
    Some((id.to_string(), facts))
}
