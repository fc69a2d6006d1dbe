//! Reading a request body: right media type, bounded size, bounded time (SECURITY DS-2).

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpMessage as _, HttpRequest, web};
use doorward_access::body::{self, BodyLimits, BodyMonitor};
use futures_util::StreamExt as _;

use crate::problem::Problem;

/// Most bytes of a body that are read.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// Most bytes beyond the limit that are thrown away, so that the caller hears the 413 instead
/// of a broken connection.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;

/// The media types of a task's representation.
pub(crate) const JSON: &str = "application/json";
/// The media types of a partial update (RFC 7396 §4).
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// Reads a body of one of the `accepted` media types.
pub(crate) async fn read_json(
    request: &HttpRequest,
    payload: web::Payload,
    accepted: &[&str],
) -> Result<Vec<u8>, Problem> {
    if !is_accepted(request, accepted) {
        return Err(Problem::unsupported_media_type(JSON));
    }
    read(request, payload).await
}

/// Reads a body of whatever media type.
pub(crate) async fn read(
    request: &HttpRequest,
    mut payload: web::Payload,
) -> Result<Vec<u8>, Problem> {
    let whole = to_end(&mut payload).await;
    let is_late = request
        .extensions()
        .get::<BodyMonitor>()
        .is_some_and(BodyMonitor::is_late);
    if is_late {
        return Err(Problem::too_slow());
    }
    whole
}

/// Bounds the body of a request, whether it is read or not.
pub(crate) fn bound(request: &mut ServiceRequest, patience: Duration) -> BodyMonitor {
    let bound = BodyLimits {
        most: DRAIN_LIMIT,
        patience,
        earning: None,
    };
    let arrived = body::bound(request, bound);
    request.extensions_mut().insert(arrived.clone());
    arrived
}

async fn to_end(payload: &mut web::Payload) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let mut size = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(PayloadError::Overflow) => return Err(Problem::too_large(BODY_LIMIT)),
            Err(_) => return Err(Problem::malformed("The body ended early.")),
        };
        size = size.saturating_add(chunk.len());
        if size <= BODY_LIMIT {
            body.extend_from_slice(&chunk);
        }
    }
    if size > BODY_LIMIT {
        return Err(Problem::too_large(BODY_LIMIT));
    }
    Ok(body)
}

/// `type/subtype` must match; the only parameter that may be given is UTF-8 (RFC 8259 §8.1).
fn is_accepted(request: &HttpRequest, accepted: &[&str]) -> bool {
    let mut headers = request.headers().get_all(CONTENT_TYPE);
    let (Some(value), None) = (headers.next(), headers.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = accepted.iter().any(|one| essence.eq_ignore_ascii_case(one));
    known
        && parts.all(|parameter| {
            parameter.is_empty()
                || parameter.eq_ignore_ascii_case("charset=utf-8")
                || parameter.eq_ignore_ascii_case("charset=\"utf-8\"")
        })
}

#[cfg(test)]
mod tests;
