//! Connections to PostgreSQL: the hosts of an address, and the handover while a server stops.
//!
//! A socket belongs to the runtime on which it was opened, and the HTTP library runs one for each
//! worker. At the stop, a worker without connections ends first. The pool would then pass the
//! sockets that it has opened to requests of other workers, which would fail. When a stop begins,
//! all further connections are therefore opened on a runtime that outlives the workers, and the
//! former ones are no longer used.

mod address;
mod hosts;
pub mod session;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

pub use address::{PostgresAddress, PostgresHost};
pub use hosts::{HostChoice, Outage, Servers};

/// Time after which the former connections are no longer taken. A connection may be half open when
/// the stop begins, and counts as former.
const SETTLE: Duration = Duration::from_millis(200);
/// Maximum wait for the statements on former connections.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// The handover of a database from the workers of a server to a runtime that outlives them.
#[derive(Clone, Debug, Default)]
pub struct Handover(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// The runtime, and the time at which the stop began.
    begun: OnceLock<(Handle, Instant)>,
    /// Number of connections in use that were taken before the handover.
    former: AtomicUsize,
}

/// The use of a connection that was taken before the handover.
#[derive(Debug)]
#[must_use]
pub struct FormerUse(Arc<State>);

impl Drop for FormerUse {
    fn drop(&mut self) {
        self.0.former.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handover {
    /// Opens all further connections on this runtime, and returns when no other is in use.
    pub async fn complete(&self, runtime: Handle) {
        let _ = self.0.begun.set((runtime, Instant::now()));
        let until = Instant::now() + MAX_WAIT;
        tokio::time::sleep(SETTLE).await;
        while self.0.former.load(Ordering::SeqCst) > 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Returns true if a connection of this age may be used.
    pub fn admits(&self, age: Duration) -> bool {
        self.0.begun.get().is_none_or(|(_, began)| {
            let elapsed = began.elapsed();
            elapsed < SETTLE || age + SETTLE < elapsed
        })
    }

    /// Counts the use of a connection, until it is dropped; `None` after the handover.
    pub fn begin_use(&self) -> Option<FormerUse> {
        self.0.former.fetch_add(1, Ordering::SeqCst);
        let counted = FormerUse(Arc::clone(&self.0));
        // Counted first, so that the handover misses none.
        self.admits(Duration::MAX / 2).then_some(counted)
    }

    /// Runs a call to the database, on the runtime that outlives the workers if the server stops.
    pub async fn run<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        poll_fn(|context| {
            let _inside = self.0.begun.get().map(|(runtime, _)| runtime.enter());
            call.as_mut().poll(context)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
