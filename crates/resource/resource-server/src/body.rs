//! Reading of request bodies: accepted media type, limited size, limited time.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::web;
use actix_web::{HttpMessage as _, HttpRequest};
use doorward_access::body::{BodyLimits, BodyMonitor};
use doorward_http_common::body::{self, Excess, ReadError};

use crate::problem::{Problem, Result};

/// Maximum size of a body in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// Maximum number of bytes beyond the limit that are discarded, so that the caller receives the 413
/// instead of a broken connection.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;

pub(crate) const JSON: &str = "application/json";
/// Media type of a partial update (RFC 7396 §4).
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// Reads a body with one of the `accepted` media types.
pub(crate) async fn read_json(
    request: &HttpRequest,
    payload: web::Payload,
    accepted: &[&str],
) -> Result<Vec<u8>> {
    if !body::has_accepted_type(request, accepted) {
        return Err(Problem::unsupported_media_type(JSON));
    }
    read(request, payload).await
}

pub(crate) async fn read(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>> {
    let whole = body::read(payload, BODY_LIMIT, Excess::Discard).await;
    let is_late = request
        .extensions()
        .get::<BodyMonitor>()
        .is_some_and(BodyMonitor::is_late);
    if is_late {
        return Err(Problem::too_slow());
    }
    whole.map_err(|error| match error {
        ReadError::TooLarge => Problem::too_large(BODY_LIMIT),
        ReadError::Broken => Problem::malformed("The body ended early."),
    })
}

/// Limits the body of a request, whether it is read or not.
pub(crate) fn bound(request: &mut ServiceRequest, time_limit: Duration) -> BodyMonitor {
    let bound = BodyLimits {
        max_bytes: DRAIN_LIMIT,
        time_limit,
        earning: None,
    };
    let arrived = doorward_access::body::bound(request, bound);
    request.extensions_mut().insert(arrived.clone());
    arrived
}
