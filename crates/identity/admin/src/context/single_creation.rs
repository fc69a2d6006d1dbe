//! Creations that happen once: the key is reserved, and released after a failure.

use doorward_domain::boxed;
use doorward_services::error::ServerError;
use doorward_store::Db;
use doorward_store::repo::idempotency::{self, IdempotencyState};

use crate::idempotency::{IdempotentRequest, StoredResponse};
use crate::operator::{AdminContext, Result};

const STUCK: i64 = 60;

impl IdempotentRequest {
    #[boxed(?Send)]
    pub async fn begin(&self, db: &Db) -> Result<IdempotencyState> {
        let tx = db.begin_write().await?;
        let stuck = self.claim.created_at - STUCK;
        // A repeat of a request from before a change of the secret key creates nothing again.
        for other in &self.others {
            if let Some(state) = idempotency::find(&tx, other, stuck).await? {
                tx.rollback().await?;
                return Ok(state);
            }
        }
        let state = idempotency::begin(&tx, &self.claim, stuck).await?;
        tx.commit().await?;
        Ok(state)
    }

    /// Runs the creation of a reserved key. `work` stores the response in its transaction
    /// ([`AdminContext::once`]).
    pub async fn run<T>(
        self,
        context: AdminContext<'_>,
        work: impl AsyncFnOnce(AdminContext<'_>) -> Result<T>,
    ) -> Result<T> {
        let (db, claim) = (context.db, self.claim.clone());
        let once = Some(self);
        let result = work(AdminContext { once, ..context }).await;
        if result.is_err() {
            // Nothing was created, so the same key may be used again. If a commit succeeded after all,
            // its record has a response and stays.
            let tx = db.begin_write().await?;
            idempotency::remove(&tx, &claim).await?;
            tx.commit().await?;
        }
        result
    }

    pub fn read(&self, sealed: &[u8]) -> Result<StoredResponse> {
        let opened = self.open(sealed);
        let problem = "a stored response cannot be decrypted";
        opened.ok_or_else(|| ServerError::Internal(problem.to_owned()).into())
    }
}
