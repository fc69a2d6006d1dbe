//! Sending what waits, a parcel at a time. What a collector that is away misses is lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

use doorward_egress::outgoing::{Collector, EgressError};
use doorward_services::state::State;
use doorward_telemetry::telemetry::{self, Span};

/// The longest that a span waits for others.
const EVERY: Duration = Duration::from_secs(1);
/// The most spans in one parcel.
const MOST: usize = 1024;

/// Says that the server stops.
pub type Stopping = oneshot::Receiver<()>;

/// Sends spans until the server stops, and then what is left. Returns at once where it is off.
pub async fn forever(state: Arc<State>, mut stopping: Stopping) {
    let Some(mut waiting) = state.traces.take() else {
        return;
    };
    let endpoint = state.config.telemetry.otlp_endpoint.as_deref();
    let collector = match Collector::new(endpoint.unwrap_or_default()) {
        Ok(collector) => collector,
        Err(error) => {
            tracing::error!(%error, "no traces");
            return;
        }
    };
    let mut was_away = false;
    loop {
        let mut parcel = Vec::new();
        let stops = tokio::select! {
            // Whichever way it ends, the server does.
            _ = &mut stopping => true,
            () = gather(&mut waiting, &mut parcel) => false,
        };
        if stops {
            while let Some(span) = waiting.try_recv().ok().filter(|_| parcel.len() < MOST) {
                parcel.push(span);
            }
        }
        if !parcel.is_empty() {
            was_away = told(&send(&collector, &parcel).await, was_away, parcel.len());
        }
        if stops {
            return;
        }
    }
}

/// Fills a parcel, for as long as a span may wait.
async fn gather(waiting: &mut Receiver<Span>, parcel: &mut Vec<Span>) {
    let fill = async {
        while parcel.len() < MOST && waiting.recv_many(parcel, MOST - parcel.len()).await > 0 {}
    };
    // Time is up: what there is goes.
    let _ = tokio::time::timeout(EVERY, fill).await;
}

async fn send(collector: &Collector, parcel: &[Span]) -> Result<(), EgressError> {
    collector.post(telemetry::encode(parcel)).await
}

/// Logs the first failure of several, and the end of them; whether this was one.
fn told(sent: &Result<(), EgressError>, was_away: bool, spans: usize) -> bool {
    match sent {
        Ok(()) if was_away => tracing::info!("traces are taken again"),
        Err(error) if !was_away => {
            tracing::warn!(%error, spans, "traces are lost: the collector does not take them");
        }
        _ => {}
    }
    sent.is_err()
}
