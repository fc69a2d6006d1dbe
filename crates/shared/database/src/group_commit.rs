//! Commits of SQLite that share one `fdatasync` (decision 71).
//!
//! With `synchronous=FULL` SQLite waits for the disk within each commit, while it occupies the only
//! write connection. Here it runs with `synchronous=NORMAL`: a commit is in the log when it
//! returns, and its caller gets the result only after the log was synced. One sync covers all
//! commits before it, and meanwhile the next transaction writes. After a power failure SQLite reads
//! the log in order, so that a commit is never kept without those it may have seen.
//!
//! The thread that syncs and the descriptor of the log are there from the start: a commit needs neither
//! another thread nor another file (decision 129).

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use tokio::sync::{Mutex, oneshot};

use self::log_file::LogFile;
use self::sync_error::{Consequence, SyncError};
use crate::error::{Result, StoreError};

mod log_file;
mod sync_error;

/// A caller that waits for a sync.
type Waiting = oneshot::Sender<Result<(), SyncError>>;

/// The durability of commits; `None` if commits are durable when they return (PostgreSQL) or never
/// (memory).
#[derive(Clone, Default)]
pub(super) struct GroupCommit(Option<Arc<Log>>);

struct Log {
    /// Requests to the thread that syncs. It ends with them.
    requests: mpsc::Sender<Waiting>,
    written: AtomicU64,
    /// Number of those that are on disk. Locked during a sync.
    synced: Mutex<u64>,
    /// Set after a sync whose data may be lost. The contents of the disk are then unknown: the system
    /// discards what it could not write, and reports success for the next sync.
    is_broken: Arc<AtomicBool>,
}

impl GroupCommit {
    /// Syncs the write-ahead log of the SQLite file at this path, which must exist.
    pub(super) fn of_log_of(database: &Path) -> io::Result<Self> {
        // SQLite writes the log next to the file itself, not next to a link to it.
        let mut log = database.canonicalize()?.into_os_string();
        log.push("-wal");
        let mut log = LogFile::new(log.into());
        Self::by(move || log.sync())
    }

    fn by(mut sync: impl FnMut() -> Result<(), SyncError> + Send + 'static) -> io::Result<Self> {
        let (requests, waiting) = mpsc::channel::<Waiting>();
        let is_broken = Arc::new(AtomicBool::new(false));
        let broken = Arc::clone(&is_broken);
        let thread = std::thread::Builder::new().name("log-sync".to_owned());
        thread.spawn(move || {
            for answer in waiting {
                let outcome = sync();
                // Here, because the caller may have given up.
                if let Err(error) = &outcome
                    && error.consequence() == Consequence::Broken
                {
                    broken.store(true, Ordering::SeqCst);
                    tracing::error!(%error, "{REJECTED}");
                }
                let _ = answer.send(outcome);
            }
        })?;
        Ok(Self(Some(Arc::new(Log {
            requests,
            written: AtomicU64::new(0),
            synced: Mutex::new(0),
            is_broken,
        }))))
    }

    /// Returns true after a sync whose data may be lost. Only a restart ends this state.
    pub(super) fn is_broken(&self) -> bool {
        let log = self.0.as_ref();
        log.is_some_and(|log| log.is_broken.load(Ordering::SeqCst))
    }

    /// Returns [`StoreError::Unavailable`] after a sync whose data may be lost.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_broken() {
            return Err(StoreError::unavailable(REJECTED));
        }
        Ok(())
    }

    /// Waits until the commit that has just returned is on the disk.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] or [`StoreError::Full`] if the sync fails. The commit may be
    /// durable or not.
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
        let (answer, outcome) = oneshot::channel();
        let ended = || StoreError::unavailable("the thread that syncs the log has ended");
        log.requests.send(answer).map_err(|_| ended())?;
        outcome.await.map_err(|_| ended())?.map_err(|error| {
            // Not all of them: the next sync covers this commit too.
            StoreError::of_file(error.into())
        })?;
        *synced = until;
        Ok(())
    }
}

const REJECTED: &str = "the log of the SQLite database could not be synced to disk, so that writes are \
                        rejected; repair the disk, and restart";

impl std::fmt::Debug for GroupCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Durable").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests;
