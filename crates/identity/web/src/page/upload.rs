//! Reads forms with a file upload (`multipart/form-data`, RFC 7578).

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use futures_util::TryStreamExt as _;

use super::error::{PageError, Result};
use crate::prelude::*;

const MAX_PARTS: usize = 10;
/// Maximum size in bytes of a part that is not the file.
const MAX_TEXT: usize = 1_024;

#[derive(Debug)]
pub enum Upload {
    /// File content; empty if no file was chosen.
    File(Vec<u8>),
    TooLong,
}

/// Reads the fields and the file of a form. `check` receives the fields that precede the file.
pub(crate) async fn read(
    request: &HttpRequest,
    payload: Payload,
    name: &str,
    max: usize,
    check: impl Fn(&Params) -> Result<()>,
) -> Result<(Params, Upload)> {
    if !is_multipart(request) {
        return Err(ErrorKind::UnsupportedMedia.into());
    }
    let mut form = Multipart::new(request.headers(), payload);
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut found = None;
    for _ in 0..MAX_PARTS {
        let Some(mut part) = form.try_next().await.map_err(|error| broken(&error))? else {
            let found = found.ok_or(ErrorKind::BadRequest)?;
            return Ok((Params::from_pairs(fields), found));
        };
        let part_name = part.name().unwrap_or_default().to_owned();
        if part_name == name && found.is_none() {
            check(&Params::from_pairs(fields.clone()))?;
            found = Some(match bytes(&mut part, max).await? {
                Some(file) => Upload::File(file),
                None => Upload::TooLong,
            });
        } else {
            let text = bytes(&mut part, MAX_TEXT).await?;
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            fields.push((part_name, text.ok_or(ErrorKind::BadRequest)?));
        }
    }
    Err(ErrorKind::BadRequest.into())
}

pub(crate) fn is_multipart(request: &HttpRequest) -> bool {
    request
        .content_type()
        .eq_ignore_ascii_case("multipart/form-data")
}

/// Returns the bytes of a part. A part longer than `max` is read to its end, so that the browser
/// receives the response, and discarded: `None`.
async fn bytes(part: &mut Field, max: usize) -> Result<Option<Vec<u8>>> {
    let mut stored = Some(Vec::new());
    while let Some(chunk) = part.try_next().await.map_err(|error| broken(&error))? {
        stored = stored.filter(|stored| stored.len() + chunk.len() <= max);
        if let Some(stored) = &mut stored {
            stored.extend_from_slice(&chunk);
        }
    }
    Ok(stored)
}

fn broken(error: &MultipartError) -> PageError {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => ErrorKind::TooLarge.into(),
        _ => ErrorKind::BadRequest.into(),
    }
}
