//! The requests of a connection that are in progress, and the time of the last one.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The requests of a connection.
#[derive(Clone)]
pub(super) struct InProgress(Rc<Requests>);

struct Requests {
    count: Cell<usize>,
    /// Time at which the last request began or ended.
    used: Cell<Instant>,
}

/// A request in progress, until its response is sent.
pub(super) struct Exchange(Rc<Requests>);

impl InProgress {
    pub fn new() -> Self {
        Self(Rc::new(Requests {
            count: Cell::new(0),
            used: Cell::new(Instant::now()),
        }))
    }

    pub fn begin(&self) -> Exchange {
        self.0.count.set(self.0.count.get() + 1);
        self.0.used.set(Instant::now());
        Exchange(Rc::clone(&self.0))
    }

    pub fn is_idle(&self) -> bool {
        self.0.count.get() == 0
    }

    /// Returns the time without a request; zero while one is in progress.
    pub fn idle_time(&self) -> Duration {
        if self.is_idle() {
            self.0.used.get().elapsed()
        } else {
            Duration::ZERO
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.count.set(self.0.count.get() - 1);
        self.0.used.set(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_is_idle_between_requests() {
        let requests = InProgress::new();
        let (first, second) = (requests.begin(), requests.begin());
        drop(first);
        assert!(!requests.is_idle());
        assert_eq!(requests.idle_time(), Duration::ZERO);
        drop(second);
        assert!(requests.is_idle());
        std::thread::sleep(Duration::from_millis(2));
        assert!(requests.idle_time() >= Duration::from_millis(2));
    }
}
