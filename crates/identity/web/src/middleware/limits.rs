//! Limits on sizes, where longer input is rejected and never truncated, and on the time of a body.

use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::CONTENT_LENGTH;
use doorward_access::body::{self, BodyLimits};
use doorward_http_common::body::max_json;
use doorward_http_common::header;

use super::error::MiddlewareError;

#[cfg(test)]
mod tests;

/// Maximum length of a request target in bytes: that of an authorization request with a long `state`.
pub(super) const MAX_TARGET: usize = 32 * 1024;
/// Maximum size of the header section in bytes: names and values.
pub(super) const MAX_HEADERS: usize = 16 * 1024;
/// Maximum size of a body in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;
const UPLOADS: [&str; 2] = ["/account/profile/picture", "/api/auth/profile/avatar"];
/// Paths before the ID of a client, of which the logo is uploaded.
const CLIENTS: [&str; 2] = ["/api/admin/clients/", "/admin/apps/"];
/// Maximum size of an uploaded body. A body longer than a picture may be is read and discarded, so
/// that the client receives the response.
const MAX_UPLOAD: usize = 8 * 1024 * 1024;

/// The beginning of the paths at which proxies ask about requests.
const FORWARD_AUTH: &str = "/forward-auth/";

/// Bytes that extend the time of a body by one second: a picture over a slow line arrives, a
/// trickle ends.
const EARNING: usize = 64 * 1024;

fn is_upload(path: &str) -> bool {
    let client = CLIENTS.iter().find_map(|parent| path.strip_prefix(parent));
    UPLOADS.contains(&path) || client.is_some_and(|rest| rest.ends_with("/logo"))
}

fn max_body(request: &ServiceRequest) -> usize {
    if is_upload(request.path()) {
        MAX_UPLOAD
    } else {
        max_json(request.path())
    }
}

/// Checks the request target and the header section, and that the request asks for no protocol
/// upgrade.
pub(super) fn check_head(request: &ServiceRequest) -> Result<(), MiddlewareError> {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        return Err(MiddlewareError::TargetTooLong);
    }
    if header::size(request.headers()) > MAX_HEADERS {
        return Err(MiddlewareError::HeadersTooLarge);
    }
    // A proxy may send the headers of a request that it asks about.
    if body::asks_for_web_socket(request) && !request.path().starts_with(FORWARD_AUTH) {
        return Err(MiddlewareError::WebSocket);
    }
    Ok(())
}

/// Removes the stream after the head of a request for a WebSocket that a proxy asks about: it has no end.
pub(super) fn drop_stream(request: &mut ServiceRequest) {
    if request.path().starts_with(FORWARD_AUTH) && body::asks_for_web_socket(request) {
        request.set_payload(Payload::None);
    }
}

/// Checks the announced length of the body.
pub(super) fn check_body(request: &ServiceRequest) -> Result<(), MiddlewareError> {
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Ok(());
    }
    match header::text(request.headers(), CONTENT_LENGTH).map(str::parse::<usize>) {
        Some(Ok(length)) if length <= max_body(request) => Ok(()),
        _ => Err(MiddlewareError::BodyTooLarge),
    }
}

pub(super) fn bound(request: &ServiceRequest, time_limit: Duration) -> BodyLimits {
    BodyLimits {
        max_bytes: max_body(request),
        time_limit,
        earning: Some(EARNING),
    }
}
