//! Stopping in good order.

use actix_web::{dev::ServerHandle, rt::task::JoinHandle};

use crate::error::CliError;

/// SIGTERM and Ctrl-C, caught from now on.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches the signals. Called before the first listener answers, so that none is missed.
    ///
    /// # Errors
    /// When the system does not let a signal be caught.
    pub fn catch() -> Result<Self, CliError> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// At the first signal, lets each server finish the requests that it has begun.
    pub fn stop(self, servers: Vec<ServerHandle>) -> JoinHandle<()> {
        actix_web::rt::spawn(async move {
            self.first().await;
            tracing::info!("stopping: finishing the requests that have begun");
            for server in servers {
                server.stop(true).await;
            }
        })
    }

    #[cfg(unix)]
    async fn first(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn first(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
