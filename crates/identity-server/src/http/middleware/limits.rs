//! Sizes: nothing longer is read, nothing is cut off (SECURITY IN-1). And time: nothing is waited
//! for longer (DS-2).

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpResponse};
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

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

/// So many bytes earn a body one more second: a picture over a slow line arrives, a trickle ends.
const EARNING: usize = 64 * 1024;

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

/// What became of a body.
#[derive(Clone, Default)]
pub(super) struct Arrived(Rc<Fate>);

#[derive(Default)]
struct Fate {
    is_late: Cell<bool>,
    unread: RefCell<Option<Payload>>,
}

impl Arrived {
    /// Whether it kept us waiting too long; whoever read it got [`PayloadError::Incomplete`].
    pub fn is_late(&self) -> bool {
        self.0.is_late.get()
    }

    /// Whether nobody read it to its end.
    pub fn is_unread(&self) -> bool {
        self.0.unread.borrow().is_some()
    }

    /// Holds what was not read until the answer is sent: then the connection is closed behind it.
    /// Let go earlier, a body in chunks would be read on for as long as it trickles.
    pub fn hold(&self, answer: HttpResponse) -> HttpResponse {
        match self.0.unread.take() {
            Some(unread) => answer.map_body(|_, answer| {
                BoxBody::new(Holding {
                    answer,
                    _unread: unread,
                })
            }),
            None => answer,
        }
    }
}

/// The body of an answer, and what was not read of the request's.
struct Holding {
    answer: BoxBody,
    _unread: Payload,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}

/// Ends a body where it goes beyond its length (whoever reads it gets [`PayloadError::Overflow`]) or
/// beyond its time.
pub(super) fn bound_stream(request: &mut ServiceRequest, patience: Duration) -> Arrived {
    let arrived = Arrived::default();
    let headers = request.headers();
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.is_some_and(|length| length.as_bytes() != b"0");
    if !announced && !headers.contains_key(TRANSFER_ENCODING) {
        return arrived;
    }
    let reading = Reading {
        most: max_body(request),
        payload: request.take_payload(),
        read: 0,
        until: Instant::now() + patience,
        is_over: false,
        arrived: arrived.clone(),
    };
    let bounded = stream::unfold(Some(reading), async |reading| {
        let mut reading = reading?;
        let chunk = reading.next().await?;
        let rest = chunk.is_ok().then_some(reading);
        Some((chunk, rest))
    });
    // The reader of multipart forms asks again after the end.
    request.set_payload(Payload::Stream {
        payload: Box::pin(bounded.fuse()),
    });
    arrived
}

fn earned(read: usize) -> Duration {
    Duration::from_secs(u64::try_from(read / EARNING).unwrap_or(u64::MAX))
}

/// A body on its way.
struct Reading {
    payload: Payload,
    most: usize,
    read: usize,
    until: Instant,
    is_over: bool,
    arrived: Arrived,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<Bytes, PayloadError>> {
        let until = self.until + earned(self.read);
        let Ok(chunk) = timeout_at(until, self.payload.next()).await else {
            self.arrived.0.is_late.set(true);
            return Some(Err(PayloadError::Incomplete(None)));
        };
        let Some(chunk) = chunk else {
            self.is_over = true;
            return None;
        };
        self.read += chunk.as_ref().map_or(0, Bytes::len);
        if self.read > self.most {
            return Some(Err(PayloadError::Overflow));
        }
        Some(chunk)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.is_over {
            let rest = std::mem::replace(&mut self.payload, Payload::None);
            *self.arrived.0.unread.borrow_mut() = Some(rest);
        }
    }
}
