//! Bodies of the JSON API: limited in size, checked for media type, strictly parsed.

use std::ops::Deref;

use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use doorward_http_common::body;
use doorward_http_common::problem::FieldError;
use doorward_protocol::strict_json;
use serde::de::DeserializeOwned;

use super::problem::{Kind, Problem};
use crate::prelude::*;

/// A JSON object, deserialized into `T`. `T` needs `#[serde(deny_unknown_fields)]`, so that a
/// misspelled member is reported by name; an optional member is an `Option` or has
/// `#[serde(default)]`.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        // A request without a body equals an empty object.
        let is_empty = is_empty(request);
        let is_json = is_empty || is_json(request);
        let payload = Payload::from_request(request, payload);
        let limit = body::max_json(request.path());
        Box::pin(async move {
            if !is_json {
                let detail = "Send application/json, in UTF-8.";
                return Err(Problem::new(Kind::UnsupportedMediaType, detail));
            }
            if is_empty {
                return read(b"{}").map(Self);
            }
            let payload = payload.await.map_err(|_| broken())?;
            read(&bytes(payload, limit).await?).map(Self)
        })
    }
}

fn is_empty(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH);
    let announced = length.is_some_and(|length| length.as_bytes() != b"0");
    !announced && !headers.contains_key(TRANSFER_ENCODING) && !headers.contains_key(CONTENT_TYPE)
}

fn broken() -> Problem {
    Problem::malformed("The body ended prematurely.")
}

async fn bytes(payload: Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    let whole = body::read(payload, limit, Excess::Leave).await;
    whole.map_err(|error| match error {
        ReadError::TooLarge => {
            let detail = format!("At most {limit} bytes are read.");
            Problem::new(Kind::BodyTooLarge, detail)
        }
        ReadError::Broken => broken(),
    })
}

fn is_json(request: &HttpRequest) -> bool {
    // RFC 7396 §4: a PATCH here is a merge patch.
    let accepted: &[_] = if request.method() == Method::PATCH {
        &["application/json", "application/merge-patch+json"]
    } else {
        &["application/json"]
    };
    body::has_accepted_type(request, accepted)
}

fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let value = strict_json::parse(text)
        .map_err(|error| Problem::malformed(format!("The JSON is invalid: {error}.")))?;
    if !value.is_object() {
        return Err(Problem::malformed("The body must be a JSON object."));
    }
    if strict_json::holds_nul(&value) {
        return Err(Problem::malformed("A text contains U+0000."));
    }
    serde_path_to_error::deserialize(value).map_err(|error| field_error(&error))
}

/// Converts an error of serde to a problem that names the member.
pub fn field_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    use serde_path_to_error::Segment;
    let mut path: Vec<String> = Vec::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => path.push(index.to_string()),
            Segment::Map { key } => path.push(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let message = error.inner().to_string();
    let named = message.split('`').nth(1).unwrap_or_default();
    let (code, detail) = if message.starts_with("missing field") {
        path.push(named.to_owned());
        ("required", "This member is required.".to_owned())
    } else if message.starts_with("unknown field") {
        if path.last().is_none_or(|last| last != named) {
            path.push(named.to_owned());
        }
        ("unknown", "Unknown member.".to_owned())
    } else if message.starts_with("duplicate field") {
        // An alias was used as well; the JSON parser has rejected plain duplicates.
        if path.last().is_none_or(|last| last != named) {
            path.push(named.to_owned());
        }
        ("repeated", "This member is repeated.".to_owned())
    } else if message.starts_with("invalid type") {
        // serde repeats the value, which may be a secret.
        let expected = message.rsplit_once("expected ").map(|(_, kind)| kind);
        let expected = match expected {
            Some(kind) if kind.starts_with("struct ") || kind == "a map" => "an object",
            Some("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize") => {
                "a whole number"
            }
            Some(kind) => kind,
            None => "another type",
        };
        ("wrong_type", format!("Expected {expected}."))
    } else if message.starts_with(char::is_uppercase) {
        ("invalid", message)
    } else {
        ("invalid", "This value is not allowed.".to_owned())
    };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    Problem::invalid(vec![FieldError::at(&path, code, detail)])
}

/// Reads a JSON text like [`Json`], for tests of request types.
#[cfg(test)]
pub(super) fn read_text<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Value> {
    use actix_web::body::MessageBody as _;
    read(text.as_bytes()).map_err(|problem| {
        let body = problem.respond("").into_body().try_into_bytes();
        serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default()
    })
}
