//! The choice of one of several hosts of PostgreSQL, and its change after a fail-over.
//!
//! Calls report failures; they never search. One task checks the server that is used, and if it
//! fails, the others in order, with growing pauses. When a server is found, new connections go to
//! it, and connections that were opened before are not used again (decision 121).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Shortest and longest pause after a search.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// Interval of the checks that the pools are still open.
const OPEN_CHECK: Duration = Duration::from_secs(10);

/// A failure of a call that may require another host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outage {
    /// A connection that broke or cannot be opened, or a server that shuts down.
    Lost,
    /// A connection to a server that only reads, which was the primary before.
    ReadOnly,
    /// No connection within the time limit: the server may be gone, or busy.
    Delayed,
}

/// The servers among which a host is chosen.
pub trait Servers: Send + Sync + 'static {
    /// Returns the number of hosts.
    fn count(&self) -> usize;
    /// Returns true if the server on this host responds and may be used; takes limited time.
    fn is_usable(&self, host: usize) -> impl Future<Output = bool> + Send;
    /// Opens all further connections on this host.
    fn connect_to(&self, host: usize, generation: u64);
    /// Returns true if no pool is open any more.
    fn is_closed(&self) -> bool;
}

/// The choice of one of the hosts; inactive for an address that names a single one.
#[derive(Clone, Debug, Default)]
pub struct HostChoice(Option<Arc<State>>);

#[derive(Debug)]
struct State {
    names: Vec<String>,
    chosen: Mutex<Chosen>,
    /// Set from a report to the end of its search: connections in use are closed afterwards.
    is_suspect: AtomicBool,
    /// Set if connections must be replaced, even if the host remains.
    is_read_only: AtomicBool,
    reported: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Chosen {
    host: usize,
    /// Number of changes.
    generation: u64,
    /// Time of the last change.
    since: Option<Instant>,
}

impl State {
    fn chosen(&self) -> MutexGuard<'_, Chosen> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the host. Connections that were opened before are not used again.
    fn choose(&self, host: usize, servers: &impl Servers) {
        let generation = {
            let mut chosen = self.chosen();
            chosen.host = host;
            chosen.generation += 1;
            chosen.since = Some(Instant::now());
            chosen.generation
        };
        servers.connect_to(host, generation);
        self.is_read_only.store(false, Ordering::SeqCst);
        self.is_suspect.store(false, Ordering::SeqCst);
    }

    /// Looks for a usable server, first on the present host. Returns false if there is none.
    async fn search(&self, servers: &impl Servers) -> bool {
        let present = self.chosen().host;
        if servers.is_usable(present).await {
            if self.is_read_only.load(Ordering::SeqCst) {
                self.choose(present, servers);
            }
            self.is_suspect.store(false, Ordering::SeqCst);
            return true;
        }
        for host in (0..servers.count()).filter(|host| *host != present) {
            if servers.is_usable(host).await {
                self.choose(host, servers);
                return true;
            }
        }
        false
    }
}

impl HostChoice {
    /// Creates the choice with the names of the hosts, and the host that is used first.
    pub fn of(names: Vec<String>, host: usize) -> Self {
        Self(Some(Arc::new(State {
            names,
            chosen: Mutex::new(Chosen {
                host,
                generation: 0,
                since: None,
            }),
            is_suspect: AtomicBool::new(false),
            is_read_only: AtomicBool::new(false),
            reported: Notify::new(),
        })))
    }

    /// Returns the name of the present host; `None` for a single host.
    pub fn present(&self) -> Option<String> {
        let state = self.0.as_ref()?;
        let host = state.chosen().host;
        state.names.get(host).cloned()
    }

    /// Returns the number of changes so far; `None` for a single host.
    pub fn generation(&self) -> Option<u64> {
        Some(self.0.as_ref()?.chosen().generation)
    }

    /// Returns true if an idle connection of this age may be used: it was opened on the present host.
    pub fn admits(&self, age: Duration) -> bool {
        let since = self.0.as_ref().and_then(|state| state.chosen().since);
        since.is_none_or(|since| age < since.elapsed())
    }

    /// Returns true if a connection of this age may return to its pool. During a search none does:
    /// the driver waits for a response before it keeps a connection, and a frozen server gives none.
    pub fn keeps(&self, age: Duration) -> bool {
        let is_suspect = |state: &Arc<State>| state.is_suspect.load(Ordering::SeqCst);
        self.admits(age) && !self.0.as_ref().is_some_and(is_suspect)
    }

    /// Reports a failure. Returns at once; the search runs in its own task.
    pub fn report(&self, outage: Outage) {
        let Some(state) = &self.0 else {
            return;
        };
        if outage == Outage::ReadOnly {
            state.is_read_only.store(true, Ordering::SeqCst);
        }
        if outage != Outage::Delayed {
            state.is_suspect.store(true, Ordering::SeqCst);
        }
        state.reported.notify_one();
    }

    /// Searches after each report, until the pools are closed. Reports during a search are part of
    /// it or begin another one; there is never more than one.
    pub async fn watch(self, servers: impl Servers) {
        let Some(state) = self.0 else {
            return;
        };
        let servers = Arc::new(servers);
        let (shortest, longest) = PAUSES;
        let (mut is_found, mut pause) = (true, shortest);
        while !servers.is_closed() {
            if is_found {
                let reported = tokio::time::timeout(OPEN_CHECK, state.reported.notified());
                if reported.await.is_err() {
                    continue;
                }
                pause = shortest;
            } else {
                pause = (pause * 2).min(longest);
            }
            // A task, because the look-up of a name panics if the system has no thread for it: nothing
            // would search until a restart.
            let (of_search, searched) = (Arc::clone(&state), Arc::clone(&servers));
            let search = tokio::spawn(async move { of_search.search(&*searched).await });
            is_found = search.await.unwrap_or(false);
            tokio::time::sleep(pause).await;
        }
    }
}

#[cfg(test)]
mod tests;
