//! Leases of work that one replica does at a time, each change in a separate transaction
//! (decision 74).

use doorward_store::repo::leases::{self, Lease};

use crate::prelude::*;

/// Acquires a lease for a number of seconds; `None` if another replica has it.
pub(crate) async fn acquire(core: &Core, name: &str, seconds: i64) -> Result<Option<Lease>> {
    let tx = core.db.begin_write().await?;
    let lease = leases::acquire(&tx, name, core.now(), seconds).await?;
    tx.commit().await?;
    Ok(lease)
}

/// Ends a lease, so that the next caller gets it.
pub(crate) async fn release(core: &Core, lease: &Lease) -> Result<()> {
    let tx = core.db.begin_write().await?;
    leases::release(&tx, lease).await?;
    tx.commit().await?;
    Ok(())
}
