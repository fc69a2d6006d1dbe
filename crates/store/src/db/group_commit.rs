//! Commits of SQLite that share one `fdatasync` (decision 71).
//!
//! With `synchronous=FULL` SQLite waits for the disk within each commit, while it holds the one connection that
//! writes. Here it runs with `synchronous=NORMAL`: a commit is in the log when it returns, and whoever made it
//! is told so only after the log was synced behind it. All that was committed before that sync has
//! its share in it, and meanwhile the next one writes. The log is read in order after a power cut, so that
//! nobody's commit is kept without those it may have seen.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use doorward_domain::mutant::{self, Safeguard};
use tokio::sync::Mutex;

use crate::error::StoreError;

/// Brings what was written to the disk, and returns when it is there.
type ToDisk = dyn Fn() -> io::Result<()> + Send + Sync;

/// What makes commits durable; nothing where they are when they return (PostgreSQL), or never will be (memory).
#[derive(Clone, Default)]
pub(super) struct GroupCommit(Option<Arc<Log>>);

struct Log {
    sync: Arc<ToDisk>,
    /// How many commits have returned.
    written: AtomicU64,
    /// How many of those are on the disk. Who syncs holds it.
    synced: Mutex<u64>,
    /// Whether the disk has refused. What it then has nobody knows: the system forgets what it could not
    /// write, and says of the next sync that all is well.
    failed: AtomicBool,
}

impl GroupCommit {
    /// For the write-ahead log of the SQLite file at this path, which exists.
    ///
    /// # Errors
    /// When the path cannot be resolved.
    pub(super) fn of_log_of(database: &Path) -> io::Result<Self> {
        // SQLite keeps the log beside the file itself, not beside a link to it.
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

    /// Whether commits can still be made durable.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] once the disk has refused.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match &self.0 {
            Some(log) if log.failed.load(Ordering::SeqCst) => Err(StoreError::unavailable(REFUSED)),
            _ => Ok(()),
        }
    }

    /// Waits until the commit that has just returned is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk refuses. The commit may be kept or not.
    pub(super) async fn keep(&self) -> Result<(), StoreError> {
        let Some(log) = &self.0 else {
            return Ok(());
        };
        let mine = log.written.fetch_add(1, Ordering::SeqCst) + 1;
        let mut synced = log.synced.lock().await;
        // Somebody's sync began after this commit had returned.
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
            return Err(StoreError::unavailable(error));
        }
        *synced = until;
        Ok(())
    }
}

const REFUSED: &str = "the disk has refused to keep the log of the SQLite database, so that nothing is \
                       written any more; look after the disk, and start again";

/// Any descriptor of a file will do. The log is there as long as a connection is open.
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
