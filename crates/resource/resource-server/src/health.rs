//! Health probes: liveness and readiness.

use actix_web::{HttpResponse, web};
use doorward_access::Access;
use doorward_access::signals::Signals;
use serde::Serialize;

use crate::state::State;

fn signals_word(signals: &Signals, now: i64) -> &'static str {
    match (signals.is_offered(), signals.is_current(now)) {
        (false, _) => "not offered",
        (true, true) => "ok",
        (true, false) => "behind",
    }
}

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    database: &'static str,
    files: &'static str,
    threads: &'static str,
    issuer_keys: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signals: Option<&'static str>,
    /// Seconds since all revocations were known.
    #[serde(skip_serializing_if = "Option::is_none")]
    signals_age: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authzen: Option<&'static str>,
}

/// Handles `GET /livez`: reports that the process responds.
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "ok"}))
}

/// Handles `GET /readyz`: reports whether the database responds, and whether the system gives files and
/// threads. The issuer's keys and the age of the knowledge of revocations are reported but do not affect the
/// status: they recover without a restart.
pub(crate) async fn readyz(state: web::Data<State>, access: web::Data<Access>) -> HttpResponse {
    let database = state.db.ping().await;
    if let Err(cause) = &database {
        tracing::warn!(%cause, "the database does not answer");
    }
    let keys = access.ready().await;
    let now = state.clock.now();
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    let system = state.system.check();
    let own_types = state.own_types.as_ref();
    let is_ready = database.is_ok() && system.is_good();
    let readiness = Readiness {
        status: word(is_ready),
        database: word(database.is_ok()),
        files: system.files.as_str(),
        threads: system.threads.as_str(),
        issuer_keys: word(keys.is_ok()),
        signals: access.signals().map(|signals| signals_word(signals, now)),
        signals_age: access.signals().and_then(|signals| signals.age(now)),
        // The log contains the file and the reason: this response is public.
        policies: state
            .policies
            .broken()
            .map(|_| "a change is invalid; the former policies remain active"),
        authzen: own_types
            .is_some_and(|types| types.is_broken())
            .then_some("a change is invalid; the former types remain active"),
    };
    if is_ready {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}
