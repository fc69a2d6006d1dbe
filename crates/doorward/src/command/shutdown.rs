//! Stopping in good order.

use actix_web::dev::ServerHandle;

/// Waits for SIGTERM or Ctrl-C, then lets each server finish the requests that it has begun.
pub async fn on_signal(handles: Vec<ServerHandle>) {
    wait_for_signal().await;
    tracing::info!("stopping: finishing the requests that have begun");
    for handle in handles {
        handle.stop(true).await;
    }
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be caught");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
