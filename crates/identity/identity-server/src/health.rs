//! Probes: `/livez` checks nothing, `/readyz` checks what requests need (decision 18).

mod clock_step;
mod names;

use std::sync::{Mutex, PoisonError};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::web::{ServiceConfig, resource};
use doorward_egress::outgoing::Resolver;
use doorward_http_common::system_probe::SystemProbe;
use doorward_process::doctor::disk;
use doorward_services::audit_anchor::Alarm;
use doorward_store::db::WriteFailure;
use doorward_store::ephemeral::EphemeralFailure;
use doorward_web::oauth_response::method_not_allowed;
use serde_json::json;

use self::clock_step::ClockStep;
use self::names::Names;
use crate::prelude::*;

pub(crate) fn configure(config: &mut ServiceConfig) {
    // The middleware turns HEAD into GET.
    let other = || method_not_allowed("GET, HEAD");
    config
        .service(resource("/livez").get(live).default_service(other()))
        .service(resource("/readyz").get(ready).default_service(other()));
}

/// The probes of this process, shared by its workers.
#[derive(Debug)]
pub(crate) struct Probes {
    system: SystemProbe,
    names: Names,
    clock: Mutex<ClockStep>,
    started: Instant,
}

impl Probes {
    pub(crate) fn new(config: &Config, resolver: Arc<dyn Resolver>) -> Self {
        Self {
            system: SystemProbe::default(),
            names: Names::new(config, resolver),
            clock: Mutex::default(),
            started: Instant::now(),
        }
    }

    fn has_clock_stepped(&self, now: UnixSeconds) -> bool {
        let since_start = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.observe(now, since_start)
    }
}

/// Responds while the process runs.
async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "ok" }))
}

/// Checks that the database responds and accepts writes, as a sign-in needs it, that a signing key
/// exists, and that the system gives files and threads. Redis, the clock, names and the audit log are
/// reported but do not decide: every replica shares them, and removing all of them would not help.
async fn ready(web: Data<WebContext>, probes: Data<Probes>) -> HttpResponse {
    let context = &web.context;
    let core = &context.core;
    let system = probes.system.check();
    let database = database(core).await;
    let key = context.issuing.keys.current(&core.db, core.now()).await;
    let ephemeral = core.ephemeral.failure().await;
    let is_ready = database == "ok" && key.is_ok() && system.is_good();
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    let clock = if probes.has_clock_stepped(core.now()) {
        "stepped"
    } else {
        "ok"
    };
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store"));
    if !is_ready {
        builder.insert_header((RETRY_AFTER, "1"));
    }
    builder.json(json!({
        "status": word(is_ready),
        "checks": {
            "database": database,
            "signing_key": word(key.is_ok()),
            "files": system.files.as_str(),
            "threads": system.threads.as_str(),
            "ephemeral": ephemeral.map_or("ok", EphemeralFailure::as_str),
            "name_resolution": word(probes.names.are_answered().await),
            "clock": clock,
            "audit_log": web.audit_anchor.alarm().map_or("ok", Alarm::as_str),
        },
    }))
}

/// Returns the state of the database in one word.
async fn database(core: &Core) -> &'static str {
    if core.db.ping().await.is_err() {
        return "unavailable";
    }
    let failure = match core.db.write_failure().await {
        None if is_disk_full(&core.config) => Some(WriteFailure::DiskFull),
        failure => failure,
    };
    failure.map_or("ok", WriteFailure::as_str)
}

/// Returns true if there is no space beside an SQLite file: the next writes may still find some in the log.
fn is_disk_full(config: &Config) -> bool {
    let file = sqlite_path(config.database.url.expose());
    let free = file.and_then(|file| disk::free_beside(Path::new(file)));
    free.is_some_and(|free| free < disk::FULL)
}
