//! Reading a request body: right media type, bounded size, bounded time (SECURITY DS-2).

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpMessage as _, HttpRequest, web};
use futures_util::StreamExt as _;

use crate::config::Config;
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
    let config = request.app_data::<web::Data<Config>>();
    let config = config.ok_or_else(|| Problem::fault(&"no configuration"))?;
    let arrived = tokio::time::timeout(config.body_timeout, to_end(&mut payload)).await;
    arrived.unwrap_or_else(|_| {
        request.extensions_mut().insert(Unread { _body: payload });
        Err(Problem::too_slow())
    })
}

/// What did not arrive of a body.
struct Unread {
    _body: web::Payload,
}

/// Holds what did not arrive until the answer is sent: then the connection is closed behind it. Let
/// go earlier, a body in chunks would be read on for as long as it trickles.
pub(crate) fn hold<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let unread = response.request().extensions_mut().remove::<Unread>();
    match unread {
        Some(unread) => response
            .map_body(|_, answer| {
                BoxBody::new(Holding {
                    answer: answer.boxed(),
                    _unread: unread,
                })
            })
            .map_into_right_body(),
        None => response.map_into_left_body(),
    }
}

/// The body of an answer, and what was not read of the request's.
struct Holding {
    answer: BoxBody,
    _unread: Unread,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}

async fn to_end(payload: &mut web::Payload) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let mut size = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::malformed("The body ended early."))?;
        size = size.saturating_add(chunk.len());
        if size <= BODY_LIMIT {
            body.extend_from_slice(&chunk);
        } else if size > DRAIN_LIMIT {
            break;
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
