//! Traces: one span for each request, sent by OTLP to the operator's collector (decision 69).
//!
//! A span contains only a fixed list of values: method, route pattern, status, times, number of
//! statements, request id. This excludes secrets and personal data. Tracing is disabled unless
//! `telemetry.otlp_endpoint` is set.

mod context;
mod otlp;
mod span;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use doorward_access::clock::Clock;
use rand::CryptoRng;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::request_metrics::{ResponseLabels, known_method};

pub use context::TraceContext;
pub use otlp::encode;
pub use span::{Span, SpanStart};

/// Maximum number of spans that wait for the next batch. Further spans are dropped: a request never
/// waits.
const WAITING: usize = 8192;
/// The header of W3C Trace Context §3.2.
pub const TRACEPARENT: &str = "traceparent";

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// The queue of spans. If tracing is disabled, it costs one check of an option per request.
#[derive(Debug, Default)]
pub struct Traces {
    waiting: Option<Sender<Span>>,
    taken: Mutex<Option<Receiver<Span>>>,
}

impl Traces {
    /// Creates a queue for spans, or a disabled one without a collector.
    pub fn new(has_collector: bool) -> Self {
        if !has_collector {
            return Self::default();
        }
        let (waiting, existing) = channel(WAITING);
        Self {
            waiting: Some(waiting),
            taken: Mutex::new(Some(existing)),
        }
    }

    /// Begins a span for a request with these values of the header `traceparent`. A malformed value
    /// or several values are ignored (W3C Trace Context §3.2.2).
    pub fn begin<'a>(
        &self,
        mut sent: impl Iterator<Item = &'a str>,
        clock: &Arc<dyn Clock>,
        rng: &mut impl CryptoRng,
    ) -> Option<SpanStart> {
        self.waiting.as_ref()?;
        let sent = match (sent.next(), sent.next()) {
            (Some(item), None) => TraceContext::parse(item),
            _ => None,
        };
        Some(SpanStart {
            own: TraceContext::below(sent, rng),
            parent: sent.map(|sent| sent.span),
            start: clock.nanos(),
        })
    }

    /// Ends a span and enqueues it. Spans that the sender marked as not sampled are dropped.
    pub fn end(&self, start: SpanStart, request_id: &str, answered: &ResponseLabels) {
        let Some(waiting) = self.waiting.as_ref().filter(|_| start.own.sampled) else {
            return;
        };
        let took = u64::try_from(answered.took.as_nanos()).unwrap_or(u64::MAX);
        // If the queue is full, the span is lost.
        let _ = waiting.try_send(Span {
            begun: start,
            end: start.start.saturating_add(took),
            method: known_method(answered.method),
            route: answered.route.map(str::to_owned),
            status: answered.status,
            statements: answered.statements,
            request_id: request_id.to_owned(),
        });
    }

    /// Returns the receiving end of the queue for the exporter; `None` if tracing is disabled or it
    /// was already taken.
    pub fn take(&self) -> Option<Receiver<Span>> {
        let mut existing = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        existing.take()
    }
}

/// Runs the work of a request with its span as the current one, so that outgoing requests can name
/// it.
pub async fn within<F: Future>(start: Option<SpanStart>, work: F) -> F::Output {
    match start {
        Some(start) => CURRENT.scope(start.own, work).await,
        None => work.await,
    }
}

/// Returns the `traceparent` header for outgoing requests, which names the current span.
pub fn traceparent() -> Option<String> {
    CURRENT.try_with(TraceContext::to_header).ok()
}
