//! Sends finished spans in batches. Spans that an unavailable collector misses are lost.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::boxed;
use doorward_telemetry::telemetry::{self, Span, Traces};
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;
use tokio::task::JoinError;

use crate::outgoing::{Collector, EgressError};

/// Maximum time that a span waits for others.
const EVERY: Duration = Duration::from_secs(1);
/// Maximum number of spans in one batch.
const MAX_SPANS: usize = 1024;

/// Sends the spans of a service to the collector at this base URL until the server stops, then the
/// rest. Returns at once if tracing is disabled.
#[boxed]
pub async fn run(
    service: &str,
    traces: &Traces,
    endpoint: Option<&str>,
    mut stopping: oneshot::Receiver<()>,
) {
    let Some((mut waiting, endpoint)) = traces.take().zip(endpoint) else {
        return;
    };
    let collector = match Collector::new(endpoint) {
        Ok(collector) => Arc::new(collector),
        Err(error) => {
            tracing::error!(%error, "trace export disabled");
            return;
        }
    };
    let mut was_away = false;
    loop {
        let mut parcel = Vec::new();
        let stops = tokio::select! {
            // The sender is dropped or used: in both cases the server stops.
            _ = &mut stopping => true,
            () = gather(&mut waiting, &mut parcel) => false,
        };
        if stops {
            while let Some(span) = waiting.try_recv().ok().filter(|_| parcel.len() < MAX_SPANS) {
                parcel.push(span);
            }
        }
        if !parcel.is_empty() {
            let sent = post(&collector, telemetry::encode(service, &parcel)).await;
            was_away = log_result(&sent, was_away, parcel.len());
        }
        if stops {
            return;
        }
    }
}

/// Sends a batch in a task: the look-up of a name panics if the system has no thread for it, which must
/// not end the export.
async fn post(collector: &Arc<Collector>, batch: Vec<u8>) -> Result<(), EgressError> {
    let collector = Arc::clone(collector);
    let posting = tokio::spawn(async move { collector.post(batch).await });
    let ended = |error: JoinError| EgressError::Unreachable(error.to_string());
    posting.await.map_err(ended)?
}

/// Fills a batch for the time that a span may wait.
async fn gather(waiting: &mut Receiver<Span>, parcel: &mut Vec<Span>) {
    let fill = async {
        while parcel.len() < MAX_SPANS
            && waiting.recv_many(parcel, MAX_SPANS - parcel.len()).await > 0
        {}
    };
    // After the timeout the batch is sent as collected.
    let _ = tokio::time::timeout(EVERY, fill).await;
}

/// Logs the first of several failures and their end. Returns true if sending failed.
fn log_result(sent: &Result<(), EgressError>, was_away: bool, spans: usize) -> bool {
    match sent {
        Ok(()) if was_away => tracing::info!("trace export recovered"),
        Err(error) if !was_away => {
            tracing::warn!(%error, spans, "trace export failed, spans were lost");
        }
        _ => {}
    }
    sent.is_err()
}
