//! Checks of features before a change is committed.

use doorward_protocol::added::Added;

use crate::operation::Boxed;
use crate::prelude::*;

/// A check of a change that its audit event describes. It returns the transaction, or ends it and rejects the
/// change.
pub type Gate =
    for<'a, 'b> fn(&'a AdminContext<'b>, WriteTx, &'a AuditEvent) -> Boxed<'a, Result<WriteTx>>;

pub static ADDED: Added<Gate> = Added::new();

impl AdminContext<'_> {
    /// Returns the transaction of a change if every feature admits it.
    #[boxed(?Send)]
    pub async fn admit(&self, mut tx: WriteTx, event: &AuditEvent) -> Result<WriteTx> {
        for gate in ADDED.all() {
            tx = gate(self, tx, event).await?;
        }
        Ok(tx)
    }
}
