//! The requests of a connection that are in progress.

use std::cell::Cell;
use std::rc::Rc;

/// The number of requests in progress.
#[derive(Clone, Default)]
pub(super) struct InProgress(Rc<Cell<usize>>);

/// A request in progress, until its response is sent.
pub(super) struct Exchange(Rc<Cell<usize>>);

impl InProgress {
    pub fn begin(&self) -> Exchange {
        self.0.set(self.0.get() + 1);
        Exchange(Rc::clone(&self.0))
    }

    pub fn is_idle(&self) -> bool {
        self.0.get() == 0
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
