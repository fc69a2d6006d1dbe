//! The last uses of client secrets: kept in memory and written by a background task, so that no
//! token request writes them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorward_domain::model::ClientId;
use doorward_domain::rules::client_secret::USE_RECORDED_EVERY;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_store::{Db, StoreError, repo};

/// Maximum number of uses that one transaction writes.
const BATCH: usize = 500;

/// A secret: the client and the hash.
type SecretKey = (ClientId, TokenHash);

/// A recorded use.
#[derive(Clone, Copy, Debug)]
struct SecretUse {
    at: UnixSeconds,
    is_written: bool,
}

/// The uses of client secrets within the last hour; only valid secrets are in it.
#[derive(Debug, Default)]
pub struct SecretUseLog(Mutex<HashMap<SecretKey, SecretUse>>);

impl SecretUseLog {
    /// Records the use of a secret, unless one was recorded within an hour.
    pub(crate) fn record(&self, client: &ClientId, secret: TokenHash, now: UnixSeconds) {
        let key = (client.clone(), secret);
        let mut uses = self.lock();
        let last = uses.get(&key);
        if last.is_none_or(|last| now - last.at >= USE_RECORDED_EVERY) {
            let found = SecretUse {
                at: now,
                is_written: false,
            };
            uses.insert(key, found);
        }
    }

    /// Forgets written uses of more than an hour ago, and returns those to write.
    fn waiting(&self, now: UnixSeconds) -> Vec<(SecretKey, UnixSeconds)> {
        let mut uses = self.lock();
        uses.retain(|_, found| !found.is_written || now - found.at < USE_RECORDED_EVERY);
        let waiting = uses.iter().filter(|(_, found)| !found.is_written);
        waiting
            .map(|(key, found)| (key.clone(), found.at))
            .collect()
    }

    fn mark_written(&self, written: &[(SecretKey, UnixSeconds)]) {
        let mut uses = self.lock();
        for (key, at) in written {
            if let Some(found) = uses.get_mut(key).filter(|found| found.at == *at) {
                found.is_written = true;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SecretKey, SecretUse>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the recorded uses. After a failure, the next call writes them.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn write(db: &Db, log: &SecretUseLog, now: UnixSeconds) -> Result<(), StoreError> {
    for batch in log.waiting(now).chunks(BATCH) {
        let tx = db.begin_write().await?;
        for ((client, secret), at) in batch {
            let since = at - USE_RECORDED_EVERY;
            repo::clients::record_secret_use(&tx, client, secret, *at, since).await?;
        }
        tx.commit().await?;
        log.mark_written(batch);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = 1_800_000_000;

    #[test]
    fn use_is_recorded_once_an_hour() {
        let (log, id) = (SecretUseLog::default(), ClientId::parse("web").unwrap());
        let (one, other) = (TokenHash::digest("one"), TokenHash::digest("other"));
        let times = |now| {
            let mut times: Vec<_> = log.waiting(now).iter().map(|(_, at)| at - NOW).collect();
            times.sort_unstable();
            times
        };
        log.record(&id, one, NOW);
        log.record(&id, one, NOW + 10);
        log.record(&id, other, NOW + 20);
        assert_eq!(times(NOW + 30), [0, 20]);
        log.mark_written(&log.waiting(NOW + 30));
        log.record(&id, one, NOW + 3_599);
        assert!(times(NOW + 3_599).is_empty());
        log.record(&id, one, NOW + 3_600);
        assert_eq!(times(NOW + 3_600), [3_600]);
        // What could not be written is kept, what was written is forgotten.
        assert_eq!(times(NOW + 10_000), [3_600]);
        assert_eq!(log.lock().len(), 1);
    }
}
