//! The last probe of writes, the last failed write, and the reasons why writes fail.

use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use tokio::sync::Mutex;

use crate::error::StoreError;

/// Time for which a full disk is reported after a statement failed for it: a probe may still find space for
/// the little that it writes.
const KEPT: Duration = Duration::from_secs(5);

doorward_protocol::words! {
    /// The reason why a database that responds accepts no writes, in the words of `/readyz`.
    pub enum WriteFailure {
        DiskFull = "disk full",
        /// A sync failed, and its data may be lost. Only a restart ends this state.
        NotSynced = "not synced",
        /// The database is a standby, or its file is read-only.
        ReadOnly = "read-only",
        /// Any other cause, which the log names.
        Other = "not writable",
    }
}

impl From<&StoreError> for WriteFailure {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Full(_) => Self::DiskFull,
            StoreError::ReadOnly => Self::ReadOnly,
            _ => Self::Other,
        }
    }
}

type Probed = (Instant, Option<WriteFailure>);

/// The last statement that failed because the disk was full.
#[derive(Clone, Debug, Default)]
pub(super) struct LastFull(Arc<SyncMutex<Option<Instant>>>);

impl LastFull {
    /// Notes the error of a statement.
    pub(super) fn note(&self, error: &DbErr) {
        if matches!(StoreError::from(error.clone()), StoreError::Full(_)) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }

    /// Returns true if a statement failed recently.
    pub(super) fn is_recent(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|at| at.elapsed() < KEPT)
    }
}

/// The last probe, shared by all callers.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteProbe(pub(super) Arc<Mutex<Option<Probed>>>);
