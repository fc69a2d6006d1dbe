//! The numbers of issued access tokens by client, counted in memory and written by the task that
//! seals the audit log. A crash loses those of the last two seconds.

use std::sync::{Mutex, MutexGuard, PoisonError};

use doorward_domain::model::{ClientId, StatKind};
use doorward_domain::time::UnixSeconds;
use doorward_rules::stats::Tally;
use doorward_store::{Db, StoreError, repo};

#[derive(Debug, Default)]
pub struct IssuedTokens(Mutex<Tally>);

impl IssuedTokens {
    pub fn record(&self, client: &ClientId, now: UnixSeconds) {
        let mut tally = self.lock();
        for client in [None, Some(client.as_str())] {
            tally.count(StatKind::TokenIssued, client, now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the waiting numbers. After a failure, the next call writes them.
pub async fn write(db: &Db, issued: &IssuedTokens) -> Result<(), StoreError> {
    let tally = std::mem::take(&mut *issued.lock());
    if tally.is_empty() {
        return Ok(());
    }
    let written = add(db, &tally).await;
    if written.is_err() {
        issued.lock().merge(tally);
    }
    written
}

async fn add(db: &Db, tally: &Tally) -> Result<(), StoreError> {
    let tx = db.begin_write().await?;
    repo::stats::add(&tx, tally).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests;
