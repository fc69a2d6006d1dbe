//! The signal that the server stops: connections without a request then end.

use tokio::sync::watch;

/// Sends the signal. Dropping it sends the signal too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Receives the signal.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopper {
    pub fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stopping(receiver))
    }

    /// Signals all connections that the server stops.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Waits until the server stops.
    pub async fn wait(&self) {
        let mut receiver = self.0.clone();
        // An error means that the sender was dropped.
        let _ = receiver.wait_for(|is_stopping| *is_stopping).await;
    }
}
