//! Limits for request bodies: size and reading time, and no reading after the response.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE};
use actix_web::rt::time::timeout;
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpResponse};
use futures_util::{StreamExt as _, stream};

#[cfg(test)]
mod tests;

/// The size and time limits of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimits {
    /// Maximum size in bytes; reading more returns [`PayloadError::Overflow`].
    pub max_bytes: usize,
    /// Maximum reading time; exceeding it returns [`PayloadError::Incomplete`].
    pub time_limit: Duration,
    /// Number of received bytes that extend the time by one second, so that a long body over a slow
    /// connection completes and a trickle does not; `None` for a fixed time.
    pub earning: Option<usize>,
}

impl BodyLimits {
    fn time(&self, read: usize) -> Duration {
        let seconds = self.earning.and_then(|bytes| read.checked_div(bytes));
        let seconds = u64::try_from(seconds.unwrap_or(0)).unwrap_or(u64::MAX);
        self.time_limit.saturating_add(Duration::from_secs(seconds))
    }
}

/// The observed state of a request body.
#[derive(Clone, Default)]
pub struct BodyMonitor(Option<Rc<Fate>>);

#[derive(Default)]
struct Fate {
    is_late: Cell<bool>,
    unread: RefCell<Option<Payload>>,
}

impl std::fmt::Debug for BodyMonitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrived")
            .field("is_late", &self.is_late())
            .field("is_unread", &self.is_unread())
            .finish()
    }
}

impl BodyMonitor {
    /// Returns true if the body exceeded its time limit.
    pub fn is_late(&self) -> bool {
        self.0.as_ref().is_some_and(|fate| fate.is_late.get())
    }

    /// Returns true if the body was not read to its end.
    pub fn is_unread(&self) -> bool {
        let fate = self.0.as_ref();
        fate.is_some_and(|fate| fate.unread.borrow().is_some())
    }

    /// Keeps the unread rest of the body until the response is sent, which then closes the
    /// connection. If it were released earlier, actix would read a chunked body for as long as it
    /// trickles.
    #[must_use]
    pub fn hold(&self, response: HttpResponse) -> HttpResponse {
        match self.0.as_ref().and_then(|fate| fate.unread.take()) {
            Some(unread) => response.map_body(|_, response| {
                BoxBody::new(Holding {
                    answer: response,
                    _unread: unread,
                })
            }),
            None => response,
        }
    }
}

/// A response body together with the unread rest of the request body.
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

/// Limits the body of a request. For a middleware around every route: pass the response of any
/// handler to [`BodyMonitor::hold`].
pub fn bound(request: &mut ServiceRequest, bound: BodyLimits) -> BodyMonitor {
    let headers = request.headers();
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.is_some_and(|length| length.as_bytes() != b"0");
    if !announced && !headers.contains_key(TRANSFER_ENCODING) {
        return BodyMonitor::default();
    }
    let arrived = Rc::<Fate>::default();
    let reading = Reading {
        bound,
        payload: request.take_payload(),
        read: 0,
        since: Instant::now(),
        is_complete: false,
        arrived: Rc::clone(&arrived),
    };
    let bounded = stream::unfold(Some(reading), async |reading| {
        let mut reading = reading?;
        let chunk = reading.next().await?;
        let rest = chunk.is_ok().then_some(reading);
        Some((chunk, rest))
    });
    // The multipart reader polls again after the end.
    request.set_payload(Payload::Stream {
        payload: Box::pin(bounded.fuse()),
    });
    BodyMonitor(Some(arrived))
}

/// Returns true if a request asks for a `WebSocket` upgrade. A service without `WebSockets` must reject
/// it: the parser lets the body extend to the end of the connection, whatever length was announced,
/// and [`bound`] cannot limit it.
pub fn asks_for_web_socket(request: &ServiceRequest) -> bool {
    let mut upgrades = request.headers().get_all(UPGRADE);
    upgrades.any(|upgrade| {
        let name = upgrade.as_bytes().trim_ascii();
        name.eq_ignore_ascii_case(b"websocket")
    })
}

/// Waits for up to `max` bytes of the body and puts them back in front of the rest. A waiting
/// request occupies a connection and a few kilobytes, but not yet its handler's resources.
pub async fn gather(request: &mut ServiceRequest, max: usize) {
    let mut payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return;
    }
    // Most bodies are one chunk, which needs no list.
    let (mut first, mut others) = (None, Vec::new());
    let (mut read, mut is_over) = (0, false);
    while read < max && !is_over {
        let chunk = payload.next().await;
        read += chunk
            .as_ref()
            .map_or(0, |chunk| chunk.as_ref().map_or(0, Bytes::len));
        is_over = !matches!(chunk, Some(Ok(_)));
        if first.is_none() {
            first = chunk;
        } else {
            others.extend(chunk);
        }
    }
    let chunks = first.into_iter().chain(others);
    request.set_payload(Payload::Stream {
        payload: Box::pin(stream::iter(chunks).chain(payload)),
    });
}

/// A limited body that is being read.
struct Reading {
    bound: BodyLimits,
    payload: Payload,
    read: usize,
    since: Instant,
    is_complete: bool,
    arrived: Rc<Fate>,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<Bytes, PayloadError>> {
        let time = self.bound.time(self.read);
        let left = time.saturating_sub(self.since.elapsed());
        let Ok(chunk) = timeout(left, self.payload.next()).await else {
            self.arrived.is_late.set(true);
            return Some(Err(PayloadError::Incomplete(None)));
        };
        let Some(chunk) = chunk else {
            self.is_complete = true;
            return None;
        };
        self.read += chunk.as_ref().map_or(0, Bytes::len);
        if self.read > self.bound.max_bytes {
            return Some(Err(PayloadError::Overflow));
        }
        Some(chunk)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.is_complete {
            let rest = std::mem::replace(&mut self.payload, Payload::None);
            *self.arrived.unread.borrow_mut() = Some(rest);
        }
    }
}
