//! The notice, the read-only period and the mark of a copy, as the background work of this process last
//! read them: each page and each change needs them.

use std::sync::RwLock;

use doorward_domain::model::{Period, ServerState};
use doorward_store::StoreError;

use crate::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct KnownState(Arc<RwLock<Arc<ServerState>>>);

impl KnownState {
    /// Reads the state for the first time.
    #[boxed]
    pub async fn open(conn: &Conn) -> Result<Self, StoreError> {
        let known = Self::default();
        known.read(conn).await?;
        Ok(known)
    }

    /// Returns true if `restore --as-copy` made the database.
    pub fn is_copy(&self) -> bool {
        self.get().copied_at.is_some()
    }

    /// Reads the state again.
    #[boxed]
    pub async fn read(&self, conn: &Conn) -> Result<(), StoreError> {
        let read = Arc::new(repo::server_state::read(conn).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    pub fn get(&self) -> Arc<ServerState> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    /// Returns the current read-only period.
    pub fn read_only(&self, now: UnixSeconds) -> Option<Period> {
        self.get().read_only.filter(|period| period.contains(now))
    }
}
