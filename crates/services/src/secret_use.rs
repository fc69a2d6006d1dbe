//! The uses of client secrets: counted in memory and written by a background task, so that no token
//! request writes them.
//!
//! The first use of a secret is written at once, and one from another address within a minute: it is
//! the evidence that a secret has leaked. All others are written within an hour, and at the stop.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use doorward_domain::model::{ClientId, SecretUse};
use doorward_domain::rules::client_secret::USE_RECORDED_EVERY;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_store::{Db, StoreError, repo};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use crate::context::Context;

/// Maximum number of uses that one transaction writes.
const BATCH: usize = 500;
/// Interval between two checks for uses to write.
const EVERY: Duration = Duration::from_mins(1);

/// A secret: the client and the hash.
type SecretKey = (ClientId, TokenHash);

/// The recent uses of a secret.
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
    pub(crate) fn record(
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
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn write(db: &Db, log: &SecretUseLog, now: UnixSeconds) -> Result<(), StoreError> {
    write_some(db, log, now, false).await
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

/// Writes the uses of client secrets until the server stops.
pub async fn run(context: Arc<Context>) {
    let log = &context.directory.secret_uses;
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = log.first_use.notified() => {}
        }
        attempt(&context, false).await;
    }
}

/// Writes all uses, after the last request.
pub async fn flush(context: &Context) {
    attempt(context, true).await;
}

async fn attempt(context: &Context, all: bool) {
    let (core, log) = (&context.core, &context.directory.secret_uses);
    if let Err(error) = write_some(&core.db, log, core.now(), all).await {
        tracing::warn!(fault = %error, "uses of client secrets cannot be written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = 1_800_000_000;

    #[test]
    fn first_use_is_due_at_once_and_rest_after_hour() {
        let (log, id) = (SecretUseLog::default(), ClientId::parse("web").unwrap());
        let [one, other] = ["one", "other"].map(TokenHash::digest);
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().ok());
        let due = |now, all| {
            let waiting = log.waiting(now, all);
            log.mark_written(&waiting, now);
            let mut uses: Vec<_> = waiting
                .iter()
                .map(|(_, used)| (used.at.unwrap() - NOW, used.from, used.count))
                .collect();
            uses.sort_unstable();
            uses
        };
        log.record(&id, one, here, NOW);
        log.record(&id, one, here, NOW + 10);
        log.record(&id, other, here, NOW + 20);
        assert_eq!(due(NOW + 30, false), [(10, here, 2), (20, here, 1)]);
        log.record(&id, one, here, NOW + 40);
        assert!(due(NOW + 50, false).is_empty());
        // Another address is evidence.
        log.record(&id, one, there, NOW + 60);
        assert_eq!(due(NOW + 70, false), [(60, there, 2)]);
        log.record(&id, one, there, NOW + 80);
        assert!(due(NOW + 70 + 3_599, false).is_empty());
        assert_eq!(due(NOW + 70 + 3_600, false), [(80, there, 1)]);
        // The stop writes all.
        log.record(&id, one, there, NOW + 3_700);
        assert!(due(NOW + 3_710, false).is_empty());
        assert_eq!(due(NOW + 3_710, true), [(3_700, there, 1)]);
        assert!(due(NOW + 3_720, true).is_empty());
        // The uses that are written are forgotten after an hour.
        assert_eq!(log.waiting(NOW + 10_000, true), []);
        assert!(log.lock().is_empty());
    }
}
