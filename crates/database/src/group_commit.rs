//! Commits of SQLite that share one `fdatasync` (decision 71).
//!
//! With `synchronous=FULL` SQLite waits for the disk within each commit, while it occupies the only
//! write connection. Here it runs with `synchronous=NORMAL`: a commit is in the log when it
//! returns, and its caller gets the result only after the log was synced. One sync covers all
//! commits before it, and meanwhile the next transaction writes. After a power failure SQLite reads
//! the log in order, so that a commit is never kept without those it may have seen.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use doorward_domain::mutant::{self, Safeguard};
use tokio::sync::Mutex;

use crate::error::{Result, StoreError};

/// A function that syncs written data to disk before it returns.
type ToDisk = dyn Fn() -> io::Result<()> + Send + Sync;

/// The durability of commits; `None` if commits are durable when they return (PostgreSQL) or never
/// (memory).
#[derive(Clone, Default)]
pub(super) struct GroupCommit(Option<Arc<Log>>);

struct Log {
    sync: Arc<ToDisk>,
    written: AtomicU64,
    /// Number of those that are on disk. Locked during a sync.
    synced: Mutex<u64>,
    /// Set after a failed sync. The contents of the disk are then unknown: the system discards what
    /// it could not write, and reports success for the next sync.
    failed: AtomicBool,
}

impl GroupCommit {
    /// Syncs the write-ahead log of the SQLite file at this path, which must exist.
    pub(super) fn of_log_of(database: &Path) -> io::Result<Self> {
        // SQLite writes the log next to the file itself, not next to a link to it.
        let mut log = database.canonicalize()?.into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        Ok(Self::by(move || sync(&log)))
    }

    fn by(sync: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Log {
            sync: Arc::new(sync),
            written: AtomicU64::new(0),
            synced: Mutex::new(0),
            failed: AtomicBool::new(false),
        })))
    }

    /// Returns [`StoreError::Unavailable`] after a sync has failed.
    pub(super) fn check(&self) -> Result<()> {
        match &self.0 {
            Some(log) if log.failed.load(Ordering::SeqCst) => Err(StoreError::unavailable(REFUSED)),
            _ => Ok(()),
        }
    }

    /// Waits until the commit that has just returned is on the disk.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] if the sync fails. The commit may be durable or not.
    pub(super) async fn sync(&self) -> Result<()> {
        let Some(log) = &self.0 else {
            return Ok(());
        };
        let mine = log.written.fetch_add(1, Ordering::SeqCst) + 1;
        let mut synced = log.synced.lock().await;
        // Another caller's sync started after this commit had returned.
        if *synced >= mine {
            return Ok(());
        }
        self.check()?;
        let until = log.written.load(Ordering::SeqCst);
        let sync = Arc::clone(&log.sync);
        let outcome = tokio::task::spawn_blocking(move || sync()).await;
        if let Err(error) = outcome.map_err(io::Error::other).flatten() {
            log.failed.store(true, Ordering::SeqCst);
            tracing::error!(%error, "{REFUSED}");
            return Err(StoreError::of_file(error));
        }
        *synced = until;
        Ok(())
    }
}

const REFUSED: &str = "the log of the SQLite database could not be synced to disk, so that writes are \
                       rejected; repair the disk, and restart";

/// Syncs the log through any descriptor. The log exists as long as a connection is open.
fn sync(log: &Path) -> io::Result<()> {
    if mutant::is_disabled(Safeguard::LogSync) {
        return Ok(());
    }
    OpenOptions::new().write(true).open(log)?.sync_data()
}

impl std::fmt::Debug for GroupCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Durable").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests;
