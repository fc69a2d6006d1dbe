//! Sizes: nothing longer is read, nothing is cut off (SECURITY IN-1).

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use futures_util::StreamExt as _;

use super::refusal::Refusal;

#[cfg(test)]
mod tests;

/// The longest request target in bytes.
pub(super) const MAX_TARGET: usize = 8 * 1024;
/// The largest header section in bytes: names and values.
pub(super) const MAX_HEADERS: usize = 16 * 1024;
/// The longest body in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;
/// Where pictures are uploaded.
const UPLOADS: [&str; 2] = ["/account/profile/picture", "/api/auth/profile/avatar"];
/// The longest body there: what is longer than a picture may be is read and thrown away, so that
/// whoever sent it hears the answer.
const MAX_UPLOAD: usize = 8 * 1024 * 1024;

fn max_body(request: &ServiceRequest) -> usize {
    if UPLOADS.contains(&request.path()) {
        MAX_UPLOAD
    } else {
        MAX_BODY
    }
}

/// Checks the request target and the header section.
pub(super) fn check_head(request: &ServiceRequest) -> Result<(), Refusal> {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        return Err(Refusal::TargetTooLong);
    }
    let headers = request.headers().iter();
    let size: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > MAX_HEADERS {
        Err(Refusal::HeadersTooLarge)
    } else {
        Ok(())
    }
}

/// Checks the announced length of the body.
pub(super) fn check_body(request: &ServiceRequest) -> Result<(), Refusal> {
    let Some(length) = request.headers().get(CONTENT_LENGTH) else {
        return Ok(());
    };
    let length = length
        .to_str()
        .ok()
        .and_then(|text| text.parse::<usize>().ok());
    match length {
        Some(length) if length <= max_body(request) => Ok(()),
        _ => Err(Refusal::BodyTooLarge),
    }
}

/// Ends a body of unannounced length where it goes beyond the limit: whoever reads it gets
/// [`PayloadError::Overflow`].
pub(super) fn bound_stream(request: &mut ServiceRequest) {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return;
    }
    let most = max_body(request);
    let mut read = 0;
    let bounded = request.take_payload().map(move |chunk| {
        let chunk = chunk?;
        read += chunk.len();
        if read > most {
            Err(PayloadError::Overflow)
        } else {
            Ok(chunk)
        }
    });
    request.set_payload(Payload::Stream {
        payload: Box::pin(bounded),
    });
}
