//! The last probe of writes, and the reasons why writes fail.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use crate::error::StoreError;

doorward_protocol::words! {
    /// The reason why a database that responds accepts no writes, in the words of `/readyz`.
    pub enum WriteFailure {
        DiskFull = "disk full",
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

/// The last probe, shared by all callers.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteProbe(pub(super) Arc<Mutex<Option<Probed>>>);
