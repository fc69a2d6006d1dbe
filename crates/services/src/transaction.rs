//! Write transactions of use cases.

use doorward_store::db::{Db, WriteTx};

use crate::error::FlowError;

/// Runs `work` in one write transaction. Success and refusal commit (a refusal leaves evidence: a
/// revoked family, a counted attempt); a fault rolls everything back (DESIGN §2.4).
pub(crate) async fn in_transaction<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_write().await?, work).await
}

/// The same, while every other transaction with this name waits.
pub(crate) async fn in_write_alone<T, R>(
    db: &Db,
    name: &str,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_write_alone(name).await?, work).await
}

async fn finish<T, R>(
    tx: WriteTx,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    let outcome = work(&tx).await;
    match outcome {
        Err(FlowError::Server(fault)) => {
            // Dropping the transaction would do; saying so is clearer.
            drop(tx);
            Err(FlowError::Server(fault))
        }
        kept => {
            tx.commit().await?;
            kept
        }
    }
}
