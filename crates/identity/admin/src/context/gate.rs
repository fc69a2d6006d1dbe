//! Checks of features before a change is committed, and its event.

use doorward_protocol::added::Added;

use crate::held_events::HeldEvents;
use crate::operation::Boxed;
use crate::prelude::*;

/// A check of a change that its audit event describes. It returns the transaction, or ends it and rejects the
/// change.
pub type Gate =
    for<'a, 'b> fn(&'a AdminContext<'b>, WriteTx, &'a AuditEvent) -> Boxed<'a, Result<WriteTx>>;

pub static ADDED: Added<Gate> = Added::new();

impl<'a> AdminContext<'a> {
    /// Holds the events of changes back, which the caller stores.
    #[must_use]
    pub const fn holding(mut self, events: &'a HeldEvents) -> Self {
        self.events = Some(events);
        self
    }

    /// Stores the event of a change in its transaction, or with those that are held back.
    pub(super) async fn record(&self, tx: &WriteTx, event: &AuditEvent) -> Result<()> {
        match self.events {
            Some(held) => held.add(event),
            None => repo::audit::insert(tx, event).await?,
        }
        Ok(())
    }

    /// Returns the transaction of a change if every feature admits it.
    #[boxed(?Send)]
    pub async fn admit(&self, mut tx: WriteTx, event: &AuditEvent) -> Result<WriteTx> {
        for gate in ADDED.all() {
            tx = gate(self, tx, event).await?;
        }
        Ok(tx)
    }
}
