//! Lines about the progress of a long command.

use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_secs(2);

/// Prints at most a line each two seconds.
#[derive(Debug)]
pub struct Progress {
    /// `None` prints nothing.
    print: Option<fn(&str)>,
    shown_at: Instant,
}

impl Progress {
    pub fn new(print: Option<fn(&str)>) -> Self {
        Self {
            print,
            shown_at: Instant::now(),
        }
    }

    /// Prints the line if none was printed for two seconds.
    pub fn show(&mut self, line: impl FnOnce() -> String) {
        let is_due = || self.shown_at.elapsed() >= INTERVAL;
        if let Some(print) = self.print.filter(|_| is_due()) {
            self.shown_at = Instant::now();
            print(&line());
        }
    }
}
