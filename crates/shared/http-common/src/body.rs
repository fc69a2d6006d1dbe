//! Request bodies: media type and size.

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Payload;
use futures_util::StreamExt as _;

use crate::header;

#[cfg(test)]
mod tests;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadError {
    TooLarge,
    /// The connection ended before the body did.
    Broken,
}

/// Calls whose body has all objects of a deployment.
const WHOLE: [&str; 3] = ["/api/admin/apply", "/api/admin/drift", "/api/admin/plan"];

/// The beginning of the paths at which directories provision users, and the members of groups.
const SCIM: &str = "/scim/v2/";

/// Returns the maximum size of a JSON body at a path in bytes.
pub fn max_json(path: &str) -> usize {
    if WHOLE.contains(&path) {
        8 * 1024 * 1024
    } else if path.starts_with(SCIM) {
        1024 * 1024
    } else {
        64 * 1024
    }
}

/// Treatment of the bytes beyond the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Excess {
    Leave,
    /// Reads and discards them, so that the client receives the response.
    Discard,
}

/// Reads a body of at most `limit` bytes.
pub async fn read(
    mut payload: Payload,
    limit: usize,
    excess: Excess,
) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    let mut is_too_large = false;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => ReadError::TooLarge,
            _ => ReadError::Broken,
        })?;
        is_too_large |= body.len() + chunk.len() > limit;
        match excess {
            Excess::Leave if is_too_large => break,
            Excess::Discard if is_too_large => {}
            _ => body.extend_from_slice(&chunk),
        }
    }
    if is_too_large {
        return Err(ReadError::TooLarge);
    }
    Ok(body)
}

/// Returns true if the body has this media type. Parameters do not matter.
pub fn has_media_type(request: &HttpRequest, media_type: &str) -> bool {
    let sent = header::text(request.headers(), CONTENT_TYPE);
    let essence = sent.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
}

/// Returns true if one `Content-Type` names an accepted media type, in UTF-8 if it has a parameter.
///
/// JSON has no parameters and no other encoding (RFC 8259 §8.1, §11).
pub fn has_accepted_type(request: &HttpRequest, accepted: &[&str]) -> bool {
    let Ok(Some(value)) = header::only_text(request.headers(), CONTENT_TYPE) else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf8 = |parameter: &str| {
        ["", "charset=utf-8", "charset=\"utf-8\""]
            .iter()
            .any(|known| parameter.eq_ignore_ascii_case(known))
    };
    accepted
        .iter()
        .any(|media_type| essence.eq_ignore_ascii_case(media_type))
        && parts.all(is_utf8)
}
