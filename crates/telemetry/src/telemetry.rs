//! Traces: one span for each request, to the operator's own collector by OTLP (UX OB-2, decision 69).
//!
//! A span is made of a closed list of facts: method, pattern of the route, status, times, statements,
//! request id. Nothing else gets into one, so that no secret and no person does. It is off unless
//! `telemetry.otlp_endpoint` says where to.

mod context;
mod otlp;
mod span;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use doorward_domain::time::Clock;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::metrics::{Answered, known_method};

pub use context::TraceContext;
pub use otlp::encode;
pub use span::{Begun, Span};

/// How many spans may wait for the next parcel. More are lost: a request never waits.
const WAITING: usize = 8192;
/// The header of W3C Trace Context §3.2.
pub const TRACEPARENT: &str = "traceparent";

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// Where spans are put. Switched off it costs a look at one option for each request.
#[derive(Debug, Default)]
pub struct Traces {
    waiting: Option<Sender<Span>>,
    taken: Mutex<Option<Receiver<Span>>>,
}

impl Traces {
    /// Makes a queue for spans, or nothing where there is no collector.
    pub fn new(has_collector: bool) -> Self {
        if !has_collector {
            return Self::default();
        }
        let (waiting, taken) = channel(WAITING);
        Self {
            waiting: Some(waiting),
            taken: Mutex::new(Some(taken)),
        }
    }

    /// Begins a span for a request with these values of the field `traceparent`. One that cannot be read, or
    /// several, count as none (W3C Trace Context §3.2.2).
    pub fn begin<'a>(
        &self,
        mut sent: impl Iterator<Item = &'a str>,
        clock: &Arc<dyn Clock>,
    ) -> Option<Begun> {
        self.waiting.as_ref()?;
        let sent = match (sent.next(), sent.next()) {
            (Some(one), None) => TraceContext::parse(one),
            _ => None,
        };
        Some(Begun {
            own: TraceContext::below(sent, &mut rand::rng()),
            parent: sent.map(|sent| sent.span),
            start: clock.nanos(),
        })
    }

    /// Ends it. What its sender does not want recorded is not.
    pub fn end(&self, begun: Begun, request_id: &str, answered: &Answered) {
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
    pub fn take(&self) -> Option<Receiver<Span>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.take()
    }
}

/// Does the work of a request, so that whoever is asked meanwhile is told of its span.
pub async fn within<F: Future>(begun: Option<Begun>, work: F) -> F::Output {
    match begun {
        Some(begun) => CURRENT.scope(begun.own, work).await,
        None => work.await,
    }
}

/// What a request that goes out says of the one in whose course it does.
pub fn traceparent() -> Option<String> {
    CURRENT.try_with(TraceContext::to_header).ok()
}
