//! Write transactions that run one use case. Their futures are boxed: they have some ten kilobytes,
//! and each future that contained one would be as large and copied as often.

use std::convert::Infallible;

use doorward_store::db::{Db, WriteTx};

use crate::error::{FlowError, FlowResult, Result};

/// The effect of a rejection on what the transaction has written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnRejection {
    RollBack,
    Commit,
}

/// Runs `work` in one write transaction. Only success commits; a rejection and a server error leave
/// no change.
pub async fn in_transaction<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    Box::pin(async { finish(db.begin_write().await?, OnRejection::RollBack, work).await }).await
}

/// Runs `work`, which rejects nothing, in one write transaction.
pub async fn in_plain_transaction<T>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T>,
) -> Result<T> {
    unrejected(in_transaction(db, async |tx| Ok(work(tx).await?)).await)
}

/// Returns the result of work that rejects nothing.
fn unrejected<T>(done: FlowResult<T, Infallible>) -> Result<T> {
    done.map_err(|error| match error {
        FlowError::Rejected(never) => match never {},
        FlowError::Server(error) => error,
    })
}

/// Runs `work` in one write transaction that also commits a rejection, which leaves evidence: an
/// audit event, a counted attempt, a revoked family. `work` must change nothing else before it
/// rejects. A server error rolls everything back.
pub async fn in_recording_transaction<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    Box::pin(async { finish(db.begin_write().await?, OnRejection::Commit, work).await }).await
}

/// Runs `work`, which consists of one statement and therefore needs no transaction.
pub async fn in_single_write<T, R>(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    Box::pin(async { finish(db.begin_single_write()?, OnRejection::Commit, work).await }).await
}

/// Runs `work`, which reads nothing and rejects nothing, in one write transaction.
pub async fn in_unread_write(
    db: &Db,
    work: impl AsyncFnOnce(&WriteTx) -> Result<()>,
) -> Result<()> {
    let work = async |tx: &WriteTx| Ok(work(tx).await?);
    let written = Box::pin(async {
        finish(db.begin_unread_write().await?, OnRejection::RollBack, work).await
    });
    unrejected(written.await)
}

/// Runs `work` as [`in_transaction`], excluding all other transactions with this lock name.
pub async fn in_exclusive_transaction<T, R>(
    db: &Db,
    name: &str,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    let begin = || db.begin_exclusive_write(name);
    Box::pin(async { finish(begin().await?, OnRejection::RollBack, work).await }).await
}

async fn finish<T, R>(
    tx: WriteTx,
    on_rejection: OnRejection,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    let outcome = work(&tx).await;
    let commits = match &outcome {
        Ok(_) => true,
        Err(FlowError::Rejected(_)) => on_rejection == OnRejection::Commit,
        Err(FlowError::Server(_)) => false,
    };
    if commits {
        tx.commit().await?;
    } else {
        // If this fails, the connection broke, and the database rolls back on its own.
        let _ = tx.rollback().await;
    }
    outcome
}
