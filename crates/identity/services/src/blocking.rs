//! Work that waits for the disk or computes for long, on a separate thread.

use std::io;

use tokio::sync::oneshot;

/// Runs work on a new thread, so that it delays no other request.
///
/// # Errors
/// Returns an error if the system gives no thread, or the work panicked. The pool of the runtime would
/// panic in the first case (`tokio::task::spawn_blocking`).
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (reply, result) = oneshot::channel();
    let thread = std::thread::Builder::new().name("blocking".to_owned());
    thread.spawn(move || {
        // A caller that no longer waits is not an error.
        let _ = reply.send(work());
    })?;
    result.await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn result_or_panic_is_returned() {
        assert_eq!(super::run(|| 7).await.unwrap(), 7);
        let panicked = super::run(|| -> u8 { panic!("work") }).await;
        panicked.unwrap_err();
    }
}
