//! Health probes: liveness and readiness.

use actix_web::{HttpResponse, web};
use doorward_access::Access;
use serde::Serialize;

use crate::state::State;

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    issuer_keys: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<&'static str>,
}

/// Handles `GET /livez`: reports that the process responds.
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "ok"}))
}

/// Handles `GET /readyz`: reports whether the database responds. The issuer's keys are reported but
/// do not affect the status: they recover without a restart.
pub(crate) async fn readyz(state: web::Data<State>, access: web::Data<Access>) -> HttpResponse {
    let database = state.db.ping().await;
    if let Err(cause) = &database {
        tracing::warn!(%cause, "the database does not answer");
    }
    let keys = access.ready().await;
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    let readiness = Readiness {
        status: word(database.is_ok()),
        database: word(database.is_ok()),
        issuer_keys: word(keys.is_ok()),
        // The log contains the file and the reason: this response is public.
        policies: state
            .policies
            .broken()
            .map(|_| "a change is invalid; the former policies remain active"),
    };
    if database.is_ok() {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}
