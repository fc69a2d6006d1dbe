//! Probes: `/livez` checks nothing, `/readyz` checks the dependencies of requests.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::web::{Data, ServiceConfig, resource};
use doorward_services::audit_anchor::Alarm;
use doorward_store::db::WriteFailure;
use doorward_web::oauth_response::method_not_allowed;
use doorward_web::web_context::WebContext;
use serde_json::json;

pub(crate) fn configure(config: &mut ServiceConfig) {
    // The middleware turns HEAD into GET.
    let other = || method_not_allowed("GET, HEAD");
    config
        .service(resource("/livez").get(live).default_service(other()))
        .service(resource("/readyz").get(ready).default_service(other()));
}

/// Responds while the process runs.
async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "ok" }))
}

/// Checks that the database responds and accepts writes, as a sign-in needs it, and that a signing
/// key exists. Redis is reported but does not decide: without it the server is slower, not wrong, and
/// removing every replica would not help.
async fn ready(web: Data<WebContext>) -> HttpResponse {
    let context = &web.context;
    let db = &context.core.db;
    let database = match db.ping().await {
        Ok(()) => db.write_failure().await.map_or("ok", WriteFailure::as_str),
        Err(_) => "unavailable",
    };
    let key = context
        .issuing
        .keys
        .current(db, context.core.now())
        .await
        .is_ok();
    let ephemeral = context.core.ephemeral_answers().await;
    // An alarm is for the operator: removing this replica would not help.
    let alarm = web.audit_anchor.alarm();
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    let all = database == "ok" && key;
    let status = if all {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store"));
    if !all {
        builder.insert_header((RETRY_AFTER, "1"));
    }
    builder.json(json!({
        "status": word(all),
        "checks": {
            "database": database,
            "signing_key": word(key),
            "ephemeral": word(ephemeral),
            "audit_log": alarm.map_or("ok", Alarm::as_str),
        },
    }))
}
