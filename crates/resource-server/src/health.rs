//! Probes: alive, and able to answer.

use actix_web::{HttpResponse, web};
use doorward_access::Access;
use serde::Serialize;

use crate::state::State;

/// What `/readyz` found.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    issuer_keys: &'static str,
    /// What is wrong with changed policies; the rules from before are in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<&'static str>,
}

/// `GET /livez`: the process answers; nothing else is asked.
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "ok"}))
}

/// `GET /readyz`: the database answers. The issuer's keys are reported, but do not decide: they
/// come back by themselves, and a restart would not help.
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
        // Which file and why is for the log: this answer is for everybody.
        policies: state
            .policies
            .broken()
            .map(|_| "a change is broken; the policies from before are in force"),
    };
    if database.is_ok() {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}
