//! Traces: one span for each request, to the operator's own collector by OTLP (UX OB-2, decision 69).
//!
//! A span is made of a closed list of facts: method, pattern of the route, status, times, statements,
//! request id. Nothing else gets into one, so that no secret and no person does. It is off unless
//! `telemetry.otlp_endpoint` says where to.

mod context;
mod export;
mod otlp;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::HeaderMap;
use doorward_domain::time::Clock;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::config::Config;
use crate::metrics::{Answered, known_method};

pub use context::TraceContext;
pub use export::{Stopping, forever};

/// How many spans may wait for the next parcel. More are lost: a request never waits.
const WAITING: usize = 8192;
/// The header of W3C Trace Context §3.2.
pub(crate) const TRACEPARENT: &str = "traceparent";

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// Where spans are put. Switched off it costs a look at one option for each request.
#[derive(Debug, Default)]
pub struct Traces {
    waiting: Option<Sender<Span>>,
    taken: Mutex<Option<Receiver<Span>>>,
}

/// A request that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The span of this request, for whoever is asked in its course.
    own: TraceContext,
    /// The span of whoever sent it.
    parent: Option<[u8; 8]>,
    /// Unix nanoseconds.
    start: u64,
}

/// A request that was answered.
#[derive(Debug)]
struct Span {
    begun: Begun,
    /// Unix nanoseconds.
    end: u64,
    method: &'static str,
    route: Option<String>,
    status: u16,
    statements: u32,
    request_id: String,
}

impl Traces {
    /// As the configuration says.
    pub fn new(config: &Config) -> Self {
        if config.telemetry.otlp_endpoint.is_none() {
            return Self::default();
        }
        let (waiting, taken) = channel(WAITING);
        Self {
            waiting: Some(waiting),
            taken: Mutex::new(Some(taken)),
        }
    }

    /// Begins a span for a request with these headers. A `traceparent` that is no good, or comes twice,
    /// counts as none (W3C Trace Context §3.2.2).
    pub(crate) fn begin(&self, headers: &HeaderMap, clock: &Arc<dyn Clock>) -> Option<Begun> {
        self.waiting.as_ref()?;
        let mut sent = headers.get_all(TRACEPARENT);
        let sent = match (sent.next(), sent.next()) {
            (Some(one), None) => one.to_str().ok().and_then(TraceContext::parse),
            _ => None,
        };
        Some(Begun {
            own: TraceContext::below(sent, &mut rand::rng()),
            parent: sent.map(|sent| sent.span),
            start: clock.nanos(),
        })
    }

    /// Ends it. What its sender does not want recorded is not.
    pub(crate) fn end(&self, begun: Begun, request_id: &str, answered: &Answered) {
        let Some(waiting) = self.waiting.as_ref().filter(|_| begun.own.sampled) else {
            return;
        };
        let took = u64::try_from(answered.took.as_nanos()).unwrap_or(u64::MAX);
        // A full queue loses it.
        let _ = waiting.try_send(Span {
            begun,
            end: begun.start.saturating_add(took),
            method: known_method(answered.method),
            route: answered.route.map(str::to_owned),
            status: answered.status,
            statements: answered.statements,
            request_id: request_id.to_owned(),
        });
    }

    /// The other end, for the one that sends; none where it is off.
    fn take(&self) -> Option<Receiver<Span>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.take()
    }
}

/// Does the work of a request, so that whoever is asked meanwhile is told of its span.
pub(crate) async fn within<F: Future>(begun: Option<Begun>, work: F) -> F::Output {
    match begun {
        Some(begun) => CURRENT.scope(begun.own, work).await,
        None => work.await,
    }
}

/// What a request that goes out says of the one in whose course it does.
pub(crate) fn traceparent() -> Option<String> {
    CURRENT.try_with(TraceContext::to_header).ok()
}
