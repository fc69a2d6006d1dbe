//! A part of a transaction that runs in the whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::DatabaseTransaction;

/// A part of a transaction that is no savepoint.
#[derive(Debug)]
pub(super) struct JoinedPart {
    tx: Arc<DatabaseTransaction>,
    has_lost: Arc<AtomicBool>,
    is_kept: bool,
}

impl JoinedPart {
    pub(super) const fn new(tx: Arc<DatabaseTransaction>, has_lost: Arc<AtomicBool>) -> Self {
        Self {
            tx,
            has_lost,
            is_kept: false,
        }
    }

    pub(super) fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    pub(super) const fn keep(&mut self) {
        self.is_kept = true;
    }
}

impl Drop for JoinedPart {
    fn drop(&mut self) {
        if !self.is_kept {
            self.has_lost.store(true, Ordering::Relaxed);
        }
    }
}
