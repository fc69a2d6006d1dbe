//! The task that listens: it has its own stream, polls it, and acknowledges what it has remembered.

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::handle::Signals;
use super::receive::ReceiveError;
use super::set::SetCode;
use super::transmitter::{
    AccessToken, Configuration, Poll, PollAnswer, SetError, Stream, Transmitter, TransmitterError,
};
use crate::access::Access;

/// Waits after failures, so that the service listens again within a second of the end of a cut.
const WAITS: [u64; 4] = [100, 200, 400, 800];
/// Number of failures after which the waits become [`LONG_WAIT`], about a minute.
const PATIENCE: u32 = 60;
const LONG_WAIT: Duration = Duration::from_secs(5);
/// Wait while the issuer does not offer signals, or not to this client.
const ABSENT_WAIT: Duration = Duration::from_mins(1);
/// Maximum duration of the deletion of the stream at the end.
const FAREWELL: Duration = Duration::from_secs(3);

/// A running listener. It ends with the process, or by [`Listener::stop`].
#[derive(Debug)]
pub struct Listener {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Stops listening and deletes the stream at the issuer.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

impl Access {
    /// Starts to listen, in a task of the current Tokio runtime. Returns `None` without
    /// [`Signals`]. One authenticator of a process listens for all that share its signals.
    pub fn listen(&self) -> Option<Listener> {
        let signals = self.signals()?.clone();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            // A dropped handle does not stop the listener.
            if stopped.await.is_err() {
                pending::<()>().await;
            }
        };
        let task = tokio::spawn(run(self.clone(), signals, stopped));
        Some(Listener { stop, task })
    }
}

async fn run(access: Access, signals: Signals, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let transmitter = match Transmitter::new(access.issuer(), signals.client()) {
        Ok(transmitter) => transmitter,
        Err(error) => {
            tracing::error!(%error, "this service cannot listen to the issuer's signals");
            return;
        }
    };
    let mut subscription = Subscription {
        access,
        signals,
        transmitter,
        configuration: None,
        token: None,
        stream: None,
        is_behind: true,
        ack: Vec::new(),
        set_errs: BTreeMap::new(),
        failures: 0,
    };
    loop {
        let wait = tokio::select! {
            biased;
            () = &mut stop => break,
            wait = subscription.advance() => wait,
        };
        if let Some(wait) = wait {
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
    let _ = tokio::time::timeout(FAREWELL, subscription.end()).await;
}

/// The state of a listener between two polls.
struct Subscription {
    access: Access,
    signals: Signals,
    transmitter: Transmitter,
    configuration: Option<Configuration>,
    token: Option<AccessToken>,
    stream: Option<Stream>,
    /// Set until an answer has shown that no event is waiting.
    is_behind: bool,
    /// Events to acknowledge with the next poll.
    ack: Vec<String>,
    set_errs: BTreeMap<String, SetError>,
    /// Number of failures since the latest answer.
    failures: u32,
}

impl Subscription {
    /// Polls once. Returns the wait before the next poll after a failure.
    async fn advance(&mut self) -> Option<Duration> {
        match self.poll().await {
            Ok(()) => {
                if self.failures > 0 {
                    tracing::info!("listening to the issuer's signals again");
                }
                self.failures = 0;
                None
            }
            Err(error) => Some(self.after(&error)),
        }
    }

    async fn poll(&mut self) -> Result<(), TransmitterError> {
        let now = self.access.clock().now();
        if self.configuration.is_none() {
            self.configuration = Some(self.transmitter.configuration().await?);
            if self.signals.note_offer(true) {
                tracing::info!("the issuer offers signals now");
            }
        }
        if !self.token.as_ref().is_some_and(|token| token.is_fresh(now)) {
            self.token = Some(self.transmitter.access_token(now).await?);
        }
        let (Some(configuration), Some(token)) = (&self.configuration, &self.token) else {
            return Ok(());
        };
        if self.stream.is_none() {
            // The former stream may have had events that were not read.
            self.signals.note_gap();
            self.is_behind = true;
            let description = self.access.audience();
            let stream = self.transmitter.create(configuration, token, description);
            self.stream = Some(stream.await?);
            tracing::info!("listening to the issuer's signals");
        }
        let Some(stream) = &self.stream else {
            return Ok(());
        };
        let poll = Poll::new(self.is_behind, &self.ack, &self.set_errs);
        let answer = self.transmitter.poll(stream, token, &poll).await?;
        self.ack.clear();
        self.set_errs.clear();
        self.take(answer).await
    }

    /// Remembers the events of an answer.
    async fn take(&mut self, answer: PollAnswer) -> Result<(), TransmitterError> {
        let mut is_complete = true;
        for (jti, token) in answer.sets {
            let rejected = match self.access.receive_event(&token).await {
                Ok(event) if event.jti == jti => {
                    self.ack.push(jti);
                    continue;
                }
                Ok(_) => (SetCode::InvalidRequest, "it has another jti".to_owned()),
                Err(ReceiveError::Rejected(rejection)) => (rejection.code(), rejection.to_string()),
                // It stays in the stream.
                Err(ReceiveError::Unavailable(_) | ReceiveError::NotListening) => {
                    is_complete = false;
                    continue;
                }
            };
            let (code, description) = rejected;
            tracing::warn!(jti, code = code.as_str(), description, "signal rejected");
            let err = code.as_str();
            self.set_errs.insert(jti, SetError { err, description });
        }
        if !is_complete {
            // All of them come again: an acknowledgement also counts for the events before it.
            self.ack.clear();
            self.set_errs.clear();
            return Err(TransmitterError::NoKeys);
        }
        self.is_behind = answer.more_available;
        if !self.is_behind {
            self.signals.note_heard(self.access.clock().now());
        }
        Ok(())
    }

    /// Prepares another attempt after a failure; returns the wait before it.
    fn after(&mut self, error: &TransmitterError) -> Duration {
        self.is_behind = true;
        match error {
            TransmitterError::Absent => {
                self.configuration = None;
                if self.signals.note_offer(false) {
                    tracing::info!(
                        "the issuer does not offer signals: a revoked token is accepted until it expires"
                    );
                }
                return ABSENT_WAIT;
            }
            TransmitterError::UnknownStream => {
                self.signals.note_gap();
                self.stream = None;
                self.ack.clear();
                self.set_errs.clear();
            }
            TransmitterError::Unauthorized => self.token = None,
            // The endpoints may have moved.
            TransmitterError::NoToken(_)
            | TransmitterError::NoKeys
            | TransmitterError::Fetch(_) => {
                self.configuration = None;
            }
        }
        if self.failures == 0 {
            tracing::warn!(error = causes(error), "the issuer's signals cannot be read");
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures > PATIENCE {
            // An administrator has to register the client.
            let is_refused = matches!(error, TransmitterError::NoToken(_));
            return if is_refused { ABSENT_WAIT } else { LONG_WAIT };
        }
        let step = usize::try_from(self.failures - 1).unwrap_or(usize::MAX);
        let millis = WAITS.get(step).copied().unwrap_or(1000);
        // Up to a half less, so that many services do not return at once.
        let part = self.access.clock().nanos() % 512;
        Duration::from_millis(millis - millis * part / 1024)
    }

    /// Deletes the stream, which no other process needs.
    async fn end(self) {
        if let (Some(configuration), Some(token), Some(stream)) =
            (&self.configuration, &self.token, &self.stream)
            && let Err(error) = self.transmitter.delete(configuration, token, stream).await
        {
            tracing::info!(%error, "the stream of signals ends after an hour");
        }
    }
}

/// Returns an error with its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(found) = cause {
        text = format!("{text}: {found}");
        cause = found.source();
    }
    text
}

#[cfg(test)]
mod tests;
