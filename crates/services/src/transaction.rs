//! Write transactions that run one use case.

use doorward_store::db::{Db, WriteTx};

use crate::error::FlowError;

/// Runs `work` in one write transaction. Success and rejection commit (a rejection leaves evidence:
/// a revoked family, a counted attempt); a server error rolls everything back.
pub(crate) async fn in_transaction<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_write().await?, work).await
}

/// Runs `work` in one write transaction that excludes all others with this lock name.
pub(crate) async fn in_exclusive_transaction<T, R>(
    db: &Db,
    name: &str,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    finish(db.begin_exclusive_write(name).await?, work).await
}

async fn finish<T, R>(
    tx: WriteTx,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    let outcome = work(&tx).await;
    match outcome {
        Err(FlowError::Server(error)) => {
            // Explicit, although the drop at the end of the scope would roll back as well.
            drop(tx);
            Err(FlowError::Server(error))
        }
        stored => {
            tx.commit().await?;
            stored
        }
    }
}
