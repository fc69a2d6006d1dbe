//! The number of writes of this process that readers can see.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the writes of this process from the start of their commit to the response of the
/// database.
///
/// Readers see a write at a moment in between that only the database knows.
#[derive(Clone, Debug, Default)]
pub(super) struct VisibleWrites(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl VisibleWrites {
    /// Returns the number of writes that readers can see, or `None` while one is becoming visible.
    pub(super) fn count(&self) -> Option<u64> {
        // In this order: if both are equal, no write was in progress when the first was read.
        let ended = self.0.ended.load(Ordering::SeqCst);
        let begun = self.0.begun.load(Ordering::SeqCst);
        (begun == ended).then_some(ended)
    }

    /// Marks the start of a commit, or of a statement that commits on its own. The write counts as
    /// visible when the result is dropped, whether it succeeded or not.
    pub(super) fn begin(&self) -> VisibleSoon {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        VisibleSoon(Arc::clone(&self.0))
    }
}

/// A write that is becoming visible.
#[derive(Debug)]
#[must_use = "the write ends when this is dropped"]
pub(super) struct VisibleSoon(Arc<Counts>);

impl Drop for VisibleSoon {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;
