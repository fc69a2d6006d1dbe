//! Reads form bodies: limited in size, checked for media type, strictly decoded.

use doorward_http_common::body;

use crate::prelude::*;

/// Maximum size of a form body in bytes.
pub const MAX_FORM: usize = 64 * 1024;

/// A reason why a body cannot be read.
#[derive(Debug)]
pub enum BodyError {
    /// The media type is not `application/x-www-form-urlencoded`.
    MediaType,
    TooLarge,
    /// The connection ended before the body did.
    Broken,
    Malformed(OAuthError),
}

impl From<BodyError> for OAuthError {
    fn from(problem: BodyError) -> Self {
        match problem {
            BodyError::MediaType => {
                Self::invalid_request("the body must be application/x-www-form-urlencoded")
            }
            BodyError::TooLarge => Self::invalid_request("the body is too large"),
            BodyError::Broken => Self::invalid_request("the body ended prematurely"),
            BodyError::Malformed(error) => error,
        }
    }
}

#[boxed(?Send)]
pub async fn form(request: &HttpRequest, payload: Payload) -> Result<Params, BodyError> {
    if !is_form(request) {
        return Err(BodyError::MediaType);
    }
    Params::parse(&bytes(payload).await?).map_err(BodyError::Malformed)
}

/// Reads a JSON document without parsing it.
#[boxed(?Send)]
pub async fn json(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, BodyError> {
    if !body::has_media_type(request, "application/json") {
        return Err(BodyError::MediaType);
    }
    bytes(payload).await
}

async fn bytes(payload: Payload) -> Result<Vec<u8>, BodyError> {
    let whole = body::read(payload, MAX_FORM, Excess::Leave).await;
    whole.map_err(|error| match error {
        ReadError::TooLarge => BodyError::TooLarge,
        ReadError::Broken => BodyError::Broken,
    })
}

/// Returns true if the media type is a form; parameters such as a charset do not matter.
pub fn is_form(request: &HttpRequest) -> bool {
    body::has_media_type(request, "application/x-www-form-urlencoded")
}
