//! Servers on separate threads.

use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;

/// A server on a separate thread with its own actix system.
pub(crate) struct Running {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts a thread. `build` runs in it and returns the handle and the function that serves.
    pub(crate) fn start<B, R>(name: &'static str, build: B) -> Self
    where
        B: AsyncFnOnce() -> Result<(ServerHandle, R), String> + Send + 'static,
        R: AsyncFnOnce() -> std::io::Result<()>,
    {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    match build().await {
                        Err(error) => sender.send(Err(error)).expect("the test waits"),
                        Ok((handle, run)) => {
                            sender.send(Ok(handle)).expect("the test waits");
                            run().await.expect("the server runs");
                        }
                    }
                });
            })
            .expect("a thread");
        let handle = receiver
            .recv()
            .unwrap_or_else(|_| panic!("the {name} panicked while it was built"))
            .unwrap_or_else(|error| panic!("the {name} does not start: {error}"));
        Self {
            handle,
            thread: Some(thread),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The call sends the command; its future only waits for the end, as does the join.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "a server thread panicked"
            );
        }
    }
}
