//! Stopping in good order.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::{dev::ServerHandle, rt::task::JoinHandle};

use crate::error::CliError;
use crate::listen::stop_accepting;

/// How long it takes at most to read the requests of those who have connected.
const TAKING_IN: Duration = Duration::from_millis(250);

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

    /// At the first signal, lets nobody in through these doors any more, takes in who stands in
    /// them, and lets each server finish the requests that it has begun.
    pub fn stop(self, servers: Vec<ServerHandle>, doors: Vec<TcpListener>) -> JoinHandle<()> {
        actix_web::rt::spawn(async move {
            self.first().await;
            tracing::info!("stopping: finishing the requests that have begun");
            if !doors.is_empty() {
                for door in &doors {
                    if let Err(error) = stop_accepting(door) {
                        tracing::warn!(%error, "whoever connects now may not be answered");
                    }
                }
                actix_web::rt::time::sleep(TAKING_IN).await;
            }
            // The last of them refuses.
            drop(doors);
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
