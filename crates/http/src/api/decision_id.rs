//! Every 401 and 403 gets a decision id, in the body, in a header and in the log.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use doorward_services::state::State;
use doorward_services::userinfo::AccessTokenError;

use super::problem::Problem;
use crate::request::arrival;

/// Notes who asks, for a refusal that comes later.
pub(super) fn note(request: &HttpRequest, facts: DenialDetails) {
    request.extensions_mut().insert(facts);
}

/// What is known of a token that opens nothing.
pub(crate) fn facts_of(flaw: AccessTokenError) -> DenialDetails {
    let (actor, client_id, org) = match flaw.whose {
        Some((sub, client, org)) => (Some(sub), Some(client), org),
        None => (None, None, None),
    };
    DenialDetails {
        because: Some(flaw.why.to_owned()),
        actor,
        client_id,
        org,
        ..DenialDetails::default()
    }
}

/// What was tried: the method and the pattern, not the path. A log of denials is no place for ids
/// that somebody made up.
pub(crate) fn attempt(request: &HttpRequest) -> String {
    let path = request.match_pattern().unwrap_or_default();
    format!("{} {path}", request.method())
}

/// The decision id of a problem, kept now unless it was kept already.
pub(super) async fn of(request: &HttpRequest, problem: &Problem) -> Option<String> {
    if let Some(id) = problem.decision() {
        return Some(id.to_owned());
    }
    let status = problem.kind().status();
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return None;
    }
    let state = request.app_data::<Data<State>>()?;
    let noted = request.extensions().get::<DenialDetails>().cloned();
    let facts = problem.facts().clone().or(&noted.unwrap_or_default());
    let attempt = attempt(request);
    let refused = DeniedRequest {
        rule: problem.kind().word(),
        status: status.as_u16(),
        attempt: &attempt,
        facts,
    };
    let caller = arrival::caller(request);
    let kept = state
        .refusals
        .keep(&state.db, state.now(), refused, &caller);
    let id = kept.await;
    Some(id.to_string())
}
