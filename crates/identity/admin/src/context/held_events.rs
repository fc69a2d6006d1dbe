//! The events of many changes in one transaction, which are stored together at its end: two statements for all
//! instead of two for each.

use std::sync::{Mutex, PoisonError};

use doorward_domain::boxed;
use doorward_domain::model::AuditEvent;
use doorward_store::{Db, StoreError, repo};

/// Events that are not stored yet.
#[derive(Debug, Default)]
pub struct HeldEvents(Mutex<Vec<AuditEvent>>);

impl HeldEvents {
    pub(super) fn add(&self, event: &AuditEvent) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(event.clone());
    }

    /// Stores the events in the enclosing transaction of this database.
    #[boxed(?Send)]
    pub async fn store(&self, db: &Db) -> Result<(), StoreError> {
        let held = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let tx = db.begin_write().await?;
        repo::audit::insert_all(&tx, &held).await?;
        tx.commit().await
    }
}
