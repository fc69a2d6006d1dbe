//! The uses of client secrets: counted in memory and written by a background task, so that no token
//! request writes them.
//!
//! The first use of a secret is written at once, and one from another address within a minute: it is
//! the evidence that a secret has leaked. All others are written within an hour, and at the stop.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use doorward_domain::model::SecretUse;
use doorward_rules::client_secret::USE_RECORDED_EVERY;
use doorward_store::{Db, StoreError};
use tokio::sync::Notify;

use crate::prelude::*;

/// Maximum number of uses that one transaction writes.
const BATCH: usize = 500;

type SecretKey = (ClientId, TokenHash);

#[derive(Clone, Copy, Debug)]
struct RecentUse {
    at: UnixSeconds,
    from: Option<IpAddr>,
    /// The number of uses that are not written yet.
    waiting: i64,
    /// The time and the address that were last written.
    written: Option<(UnixSeconds, Option<IpAddr>)>,
}

impl RecentUse {
    /// Returns true if the uses must be written: the first one, one from another address, and the
    /// rest after an hour.
    fn is_due(&self, now: UnixSeconds) -> bool {
        let is_written = self
            .written
            .is_some_and(|(at, from)| now - at < USE_RECORDED_EVERY && from == self.from);
        self.waiting > 0 && !is_written
    }

    const fn as_use(&self) -> SecretUse {
        SecretUse {
            at: Some(self.at),
            from: self.from,
            count: self.waiting,
        }
    }
}

/// The uses of client secrets within the last hour; only valid secrets are in it.
#[derive(Debug, Default)]
pub struct SecretUseLog {
    uses: Mutex<HashMap<SecretKey, RecentUse>>,
    first_use: Notify,
    /// Held while uses are written, so that none is counted twice.
    writing: tokio::sync::Mutex<()>,
}

impl SecretUseLog {
    /// Records the use of a secret, and wakes the background task for the first one.
    pub fn record(
        &self,
        client: &ClientId,
        secret: TokenHash,
        from: Option<IpAddr>,
        now: UnixSeconds,
    ) {
        let key = (client.clone(), secret);
        let mut uses = self.lock();
        let recent = uses.entry(key).or_insert(RecentUse {
            at: now,
            from,
            waiting: 0,
            written: None,
        });
        (recent.at, recent.from) = (now, from);
        recent.waiting = recent.waiting.saturating_add(1);
        if recent.written.is_none() {
            self.first_use.notify_one();
        }
    }

    /// Waits until a secret is used that was not used recently.
    #[boxed]
    pub async fn first_use(&self) {
        self.first_use.notified().await;
    }

    /// Forgets written uses of more than an hour ago, and returns those to write: at the stop, all.
    fn waiting(&self, now: UnixSeconds, all: bool) -> Vec<(SecretKey, SecretUse)> {
        let mut uses = self.lock();
        uses.retain(|_, recent| recent.waiting > 0 || now - recent.at < USE_RECORDED_EVERY);
        let waiting = uses
            .iter()
            .filter(|(_, recent)| recent.is_due(now) || (all && recent.waiting > 0));
        waiting
            .map(|(key, recent)| (key.clone(), recent.as_use()))
            .collect()
    }

    /// Removes the written uses from those that wait. Others may have been added meanwhile.
    fn mark_written(&self, written: &[(SecretKey, SecretUse)], now: UnixSeconds) {
        let mut uses = self.lock();
        for (key, used) in written {
            if let Some(recent) = uses.get_mut(key) {
                recent.waiting -= used.count;
                recent.written = Some((now, used.from));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SecretKey, RecentUse>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the uses that are due. After a failure, the next call writes them.
#[boxed]
pub async fn write(db: &Db, log: &SecretUseLog, now: UnixSeconds) -> Result<(), StoreError> {
    write_some(db, log, now, false).await
}

#[boxed]
pub async fn write_all(db: &Db, log: &SecretUseLog, now: UnixSeconds) -> Result<(), StoreError> {
    write_some(db, log, now, true).await
}

async fn write_some(
    db: &Db,
    log: &SecretUseLog,
    now: UnixSeconds,
    all: bool,
) -> Result<(), StoreError> {
    let _alone = log.writing.lock().await;
    for batch in log.waiting(now, all).chunks(BATCH) {
        let tx = db.begin_write().await?;
        for ((client, secret), used) in batch {
            repo::clients::record_secret_use(&tx, client, secret, *used).await?;
        }
        tx.commit().await?;
        log.mark_written(batch, now);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
