//! Middleware that records denials before the response is sent, so that their IDs can be looked up
//! immediately.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::store;
use crate::decision_record::DecisionRecord;
use crate::state::State;

/// Records the denial of a response (middleware around every route).
pub(crate) async fn record_denial(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let record = record(&response);
    let state = response.request().app_data::<web::Data<State>>();
    if let (Some(record), Some(state)) = (record, state) {
        let now = state.clock.now();
        let is_recorded = record.subject.is_some() || state.denial_limiter.admits_unknown(now);
        // A failure is only logged: the request remains denied.
        if is_recorded
            && let Err(cause) =
                store::insert(state, record, response.request(), response.status()).await
        {
            tracing::error!(%cause, "denial not recorded");
        }
    }
    Ok(response)
}

/// Returns the denial in a response: by policies, or by the route's guard.
fn record<B>(response: &ServiceResponse<B>) -> Option<DecisionRecord> {
    let extensions = response.response().extensions();
    let by_policies = extensions.get::<DecisionRecord>().cloned();
    by_policies.or_else(|| extensions.get().map(DecisionRecord::of_guard))
}
