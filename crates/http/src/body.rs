//! Reads a form body: bounded, of the right media type, strictly decoded.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use doorward_http_common::body::{self, Excess, ReadError};
use doorward_protocol::error::OAuthError;
use doorward_protocol::params::Params;

/// The longest form body, in bytes (SECURITY IN-1).
pub const MAX_FORM: usize = 64 * 1024;

/// Why a body cannot be read.
#[derive(Debug)]
pub enum BodyProblem {
    /// Not `application/x-www-form-urlencoded`.
    MediaType,
    /// Longer than [`MAX_FORM`].
    TooLarge,
    /// The connection broke off.
    Broken,
    /// Not a form that can be understood.
    Malformed(OAuthError),
}

/// Reads a form.
pub async fn form(request: &HttpRequest, payload: Payload) -> Result<Params, BodyProblem> {
    if !is_form(request) {
        return Err(BodyProblem::MediaType);
    }
    Params::parse(&bytes(payload).await?).map_err(BodyProblem::Malformed)
}

/// Reads a JSON document, which is yet to be parsed.
pub async fn json(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, BodyProblem> {
    if !body::is_of(request, "application/json") {
        return Err(BodyProblem::MediaType);
    }
    bytes(payload).await
}

async fn bytes(payload: Payload) -> Result<Vec<u8>, BodyProblem> {
    let whole = body::read(payload, MAX_FORM, Excess::Leave).await;
    whole.map_err(|error| match error {
        ReadError::TooLarge => BodyProblem::TooLarge,
        ReadError::Broken => BodyProblem::Broken,
    })
}

/// Whether the request says that its body is a form; parameters such as a charset do not matter.
pub fn is_form(request: &HttpRequest) -> bool {
    body::is_of(request, "application/x-www-form-urlencoded")
}
