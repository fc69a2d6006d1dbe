//! Around every route: what was refused is kept before the answer goes out, so that its id can be
//! looked up at once.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use doorward_access::guard::Denied;

use super::{Denial, Record, store};
use crate::app::State;
use crate::config::Config;

/// Refusals of callers who are not known that one process keeps within a minute: nobody fills the
/// table from outside.
const UNKNOWN_PER_MINUTE: u32 = 100;
/// How often old decisions are forgotten, in seconds.
const SWEEP_EVERY: i64 = 3600;

/// What this process has kept lately.
#[derive(Default)]
pub(crate) struct Keeper {
    minute: AtomicI64,
    unknown: AtomicU32,
    swept_at: AtomicI64,
}

impl Keeper {
    /// Whether one more refusal of somebody unknown is kept.
    fn admits_unknown(&self, now: i64) -> bool {
        if self.minute.swap(now / 60, Ordering::Relaxed) != now / 60 {
            self.unknown.store(0, Ordering::Relaxed);
        }
        self.unknown.fetch_add(1, Ordering::Relaxed) < UNKNOWN_PER_MINUTE
    }

    /// Whether it is time to forget; says yes to one caller.
    fn is_due(&self, now: i64) -> bool {
        let last = self.swept_at.load(Ordering::Relaxed);
        now - last >= SWEEP_EVERY
            && self
                .swept_at
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

/// Middleware around every route.
pub(crate) async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let record = record(&response);
    let state = response.request().app_data::<web::Data<State>>().cloned();
    if let (Some(record), Some(state)) = (record, state) {
        let denial = Denial {
            method: response.request().method().to_string(),
            path: response.request().path().to_owned(),
            status: response.status().as_u16(),
            now: state.clock.now(),
            record,
        };
        let config = response.request().app_data::<web::Data<Config>>();
        let ttl = config.map_or(0, |config| config.decision_ttl);
        remember(&state, denial, ttl).await;
    }
    Ok(response)
}

/// What was refused: by the rules, or by the guard of the route.
fn record<B>(response: &ServiceResponse<B>) -> Option<Record> {
    let extensions = response.response().extensions();
    if let Some(record) = extensions.get::<Record>() {
        return Some(record.clone());
    }
    extensions.get::<Denied>().map(Record::of_guard)
}

/// The refusal stands even if it cannot be kept; that is for the log.
async fn remember(state: &State, denial: Denial, ttl: i64) {
    let now = denial.now;
    if denial.record.subject.is_none() && !state.keeper.admits_unknown(now) {
        return;
    }
    if let Err(cause) = store::insert(state, denial).await {
        tracing::error!(%cause, "a refusal could not be kept");
    }
    if state.keeper.is_due(now) {
        match store::sweep(&state.db, now.saturating_sub(ttl)).await {
            Ok(swept) => tracing::debug!(swept, "old decisions are forgotten"),
            Err(cause) => tracing::error!(%cause, "old decisions could not be forgotten"),
        }
    }
}
