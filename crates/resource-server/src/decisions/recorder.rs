//! Middleware that records denials before the response is sent, so that their IDs can be looked up
//! immediately.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use doorward_access::guard::DenialContext;

use super::record::{DecisionRecord, Denial};
use super::store;
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
        remember(&state, denial).await;
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
async fn remember(state: &State, denial: Denial) {
    if denial.record.subject.is_none() && !state.keeper.admits_unknown(denial.now) {
        return;
    }
    if let Err(cause) = store::insert(state, denial).await {
        tracing::error!(%cause, "denial not recorded");
    }
}
