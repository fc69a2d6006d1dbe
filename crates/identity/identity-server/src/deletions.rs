//! Deletes the remaining rows of deleted objects. Each batch is a short transaction, so that other
//! writes wait only for one. What is left when a server stops is continued by the next one, or by
//! another replica.

use crate::prelude::*;

/// Interval at which a replica looks for deleted objects with rows.
const EVERY: Duration = Duration::from_secs(1);
/// Time between two batches for the writes of others.
const PAUSE: Duration = Duration::from_millis(20);

/// Deletes rows until the server stops. A failure is logged, and the batch is repeated.
pub async fn run(context: Arc<Context>) {
    loop {
        if let Err(error) = purge(&context.core.db).await {
            tracing::warn!(%error, "rows of a deleted object cannot be deleted");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn purge(db: &Db) -> Result<(), StoreError> {
    while repo::deletions::is_any_pending(db.read()).await? {
        let tx = db.begin_write().await?;
        if repo::deletions::advance(&tx).await?.is_none() {
            // Other replicas continue all of them.
            return tx.rollback().await;
        }
        tx.commit().await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
