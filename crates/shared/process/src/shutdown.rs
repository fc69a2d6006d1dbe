//! Graceful shutdown.

use std::io;
use std::time::Duration;

use actix_web::{dev::ServerHandle, rt::task::JoinHandle};

use crate::listen::Listening;

/// Maximum time to read the requests of clients that have already connected.
const TAKING_IN: Duration = Duration::from_millis(250);

/// Handlers for SIGTERM and Ctrl-C, installed from construction on.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Installs the signal handlers. Call it before the first listener answers, so that no signal
    /// is missed.
    pub fn catch() -> io::Result<Self> {
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

    /// Waits for the first signal, then stops accepting connections on the listeners, reads the
    /// requests already queued in them, and lets each server finish the requests in progress. Runs
    /// `before_workers_end` first.
    pub fn stop(
        self,
        servers: Vec<ServerHandle>,
        doors: Vec<Listening>,
        before_workers_end: impl Future<Output = ()> + 'static,
    ) -> JoinHandle<()> {
        actix_web::rt::spawn(async move {
            self.first().await;
            tracing::info!("stopping: finishing requests in progress");
            let prepared = actix_web::rt::spawn(before_workers_end);
            if !doors.is_empty() {
                for door in &doors {
                    if let Err(error) = door.stop_accepting() {
                        tracing::warn!(%error, "listener still accepts connections; new ones may be reset");
                    }
                }
                actix_web::rt::time::sleep(TAKING_IN).await;
            }
            let _ = prepared.await;
            // Closing the last listener makes the address refuse connections.
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
