//! Middleware that records denials before the response is sent, so that their IDs can be looked up
//! immediately.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use doorward_access::guard::DenialContext;

use super::record::{DecisionRecord, Denial};
use super::store;
use crate::config::Config;
use crate::origin::Origin;
use crate::state::State;

/// Records the denial of a response (middleware around every route).
pub(crate) async fn record_denial(
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
            origin: Origin::from_request(response.request()),
            now: state.clock.now(),
            record,
        };
        let config = response.request().app_data::<web::Data<Config>>();
        let ttl = config.map_or(0, |config| config.decision_ttl);
        remember(&state, denial, ttl).await;
    }
    Ok(response)
}

/// Returns the denial in a response: by policies, or by the route's guard.
fn record<B>(response: &ServiceResponse<B>) -> Option<DecisionRecord> {
    let extensions = response.response().extensions();
    if let Some(record) = extensions.get::<DecisionRecord>() {
        return Some(record.clone());
    }
    extensions
        .get::<DenialContext>()
        .map(DecisionRecord::of_guard)
}

/// Stores a denial. A failure is only logged: the request remains denied.
async fn remember(state: &State, denial: Denial, ttl: i64) {
    let now = denial.now;
    if denial.record.subject.is_none() && !state.keeper.admits_unknown(now) {
        return;
    }
    if let Err(cause) = store::insert(state, denial).await {
        tracing::error!(%cause, "denial not recorded");
    }
    if state.keeper.is_due(now) {
        match store::delete_expired(&state.db, now.saturating_sub(ttl)).await {
            Ok(swept) => tracing::debug!(swept, "old decisions deleted"),
            Err(cause) => tracing::error!(%cause, "old decisions not deleted"),
        }
    }
}
