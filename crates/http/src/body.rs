//! Reads a form body: bounded, of the right media type, strictly decoded.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{BytesMut, Payload};
use doorward_protocol::error::OAuthError;
use doorward_protocol::params::Params;
use futures_util::StreamExt as _;

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
pub async fn json(request: &HttpRequest, payload: Payload) -> Result<BytesMut, BodyProblem> {
    if !is_of(request, "application/json") {
        return Err(BodyProblem::MediaType);
    }
    bytes(payload).await
}

async fn bytes(mut payload: Payload) -> Result<BytesMut, BodyProblem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            actix_web::error::PayloadError::Overflow => BodyProblem::TooLarge,
            _ => BodyProblem::Broken,
        })?;
        if body.len() + chunk.len() > MAX_FORM {
            return Err(BodyProblem::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether the request says that its body is a form; parameters such as a charset do not matter.
pub fn is_form(request: &HttpRequest) -> bool {
    is_of(request, "application/x-www-form-urlencoded")
}

fn is_of(request: &HttpRequest, media_type: &str) -> bool {
    let sent = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = sent
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    essence.is_some_and(|kind| kind.eq_ignore_ascii_case(media_type))
}
