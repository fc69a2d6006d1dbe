//! Errors of a sync, and their consequences.

use std::fmt;
use std::io;

use rustix::io::Errno;

/// The step of a sync that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Finding or opening the log: nothing was written, and nothing is lost.
    Open,
    Sync,
}

/// The consequence of an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Consequence {
    /// No loss. The same call may succeed at once, and otherwise at the next commit.
    Postponed,
    /// No loss. This commit is not acknowledged; the next sync covers it.
    Rejected,
    /// The system may have discarded data, and reports success for the next sync.
    Broken,
}

#[derive(Debug)]
pub(super) struct SyncError {
    step: Step,
    error: io::Error,
}

impl SyncError {
    pub(super) const fn new(step: Step, error: io::Error) -> Self {
        Self { step, error }
    }

    /// Classifies the error by its code. A code of a sync that says nothing about the data counts as a
    /// loss.
    pub(super) fn consequence(&self) -> Consequence {
        if self.step == Step::Open {
            return Consequence::Rejected;
        }
        match Errno::from_io_error(&self.error) {
            // The pages are still there: the system could not begin to write them.
            Some(Errno::INTR | Errno::AGAIN | Errno::NOMEM | Errno::NOBUFS) => {
                Consequence::Postponed
            }
            // The call was not carried out.
            Some(
                Errno::MFILE
                | Errno::NFILE
                | Errno::BADF
                | Errno::ACCESS
                | Errno::PERM
                | Errno::INVAL
                | Errno::NOSYS,
            ) => Consequence::Rejected,
            // EIO, ENOSPC, EDQUOT, EROFS, ENXIO, ESTALE, and every other one.
            _ => Consequence::Broken,
        }
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl From<SyncError> for io::Error {
    fn from(error: SyncError) -> Self {
        error.error
    }
}

#[cfg(test)]
mod tests;
