//! The write-ahead log, with a descriptor that stays open.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;

use doorward_domain::mutant::{self, Safeguard};

use super::sync_error::{Consequence, Step, SyncError};

/// Number of attempts of a sync that the system postpones, and the pause between them.
const ATTEMPTS: usize = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The log of an SQLite file, which exists while a connection is open.
pub(super) struct LogFile {
    path: PathBuf,
    open: Option<File>,
}

impl LogFile {
    pub(super) fn new(path: PathBuf) -> Self {
        let mut log = Self { path, open: None };
        // SQLite creates it at its first use, and then the first sync opens it.
        let _ = log.present();
        log
    }

    /// Syncs the log. Needs another descriptor only if SQLite has replaced the file.
    pub(super) fn sync(&mut self) -> Result<(), SyncError> {
        if mutant::is_disabled(Safeguard::LogSync) {
            return Ok(());
        }
        let file = self
            .present()
            .map_err(|error| SyncError::new(Step::Open, error))?;
        let synced = repeat(|| file.sync_data());
        // Another descriptor may help after an error of this one.
        if synced.is_err() {
            self.open = None;
        }
        synced
    }

    /// Returns the file at the path. SQLite deletes it with its last connection, and then makes another.
    fn present(&mut self) -> io::Result<&File> {
        let present = std::fs::metadata(&self.path)?;
        let open = match self.open.take() {
            Some(open) if is_same(&open.metadata()?, &present) => open,
            _ => OpenOptions::new().write(true).open(&self.path)?,
        };
        Ok(self.open.insert(open))
    }
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Repeats a sync that the system postpones.
fn repeat(mut sync: impl FnMut() -> io::Result<()>) -> Result<(), SyncError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let Err(error) = sync() else {
            return Ok(());
        };
        let error = SyncError::new(Step::Sync, error);
        if error.consequence() != Consequence::Postponed || attempts == ATTEMPTS {
            return Err(error);
        }
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests;
