//! Metrics and traces of requests.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::ServiceRequest;
use doorward_access::clock::Clock;
use doorward_telemetry::request_metrics::{RequestMetrics, ResponseLabels};
use doorward_telemetry::telemetry::{self, SpanStart, Traces};
use rand::rngs::StdRng;

use crate::random::{self, NoRandomness};

/// The metrics and traces of one process.
pub(crate) struct Telemetry {
    metrics: Arc<RequestMetrics>,
    traces: Arc<Traces>,
    /// Source of the IDs of traces and spans.
    ids: Mutex<StdRng>,
}

impl Telemetry {
    pub(crate) fn new(
        metrics: Arc<RequestMetrics>,
        traces: Arc<Traces>,
    ) -> Result<Self, NoRandomness> {
        Ok(Self {
            metrics,
            traces,
            ids: Mutex::new(random::generator()?),
        })
    }

    /// Begins a span for a request, as a child of the one that its header `traceparent` names.
    pub(crate) fn begin(
        &self,
        request: &ServiceRequest,
        clock: &Arc<dyn Clock>,
    ) -> Option<SpanStart> {
        let sent = request.headers().get_all(telemetry::TRACEPARENT);
        let sent = sent.map(|value| value.to_str().unwrap_or_default());
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        self.traces.begin(sent, clock, &mut *ids)
    }

    /// Counts a response and ends its span.
    pub(crate) fn end(
        &self,
        span: Option<SpanStart>,
        request_id: &str,
        answered: &ResponseLabels<'_>,
    ) {
        self.metrics.request(answered);
        if let Some(span) = span {
            self.traces.end(span, request_id, answered);
        }
    }
}
