//! Health checks of a database, for `/readyz` and `doctor`.

use std::time::{Duration, Instant};

use doorward_domain::boxed;
use sea_orm::{ConnectionTrait as _, Statement, TryGetable};

use super::conn::Conn;
use super::database::Db;
use super::write_probe::WriteFailure;
use crate::error::{Result, StoreError};

/// Time for which the result of a probe is reused.
const EVERY: Duration = Duration::from_secs(5);
/// Time for which a failed probe is reused: a recovery is soon reported.
const EVERY_FAILED: Duration = Duration::from_secs(1);
/// Maximum duration of a probe. A busy database is no failure.
const PATIENCE: Duration = Duration::from_secs(1);

/// Settings of PostgreSQL that decide whether an acknowledged commit survives a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Durability {
    pub fsync: bool,
    pub synchronous_commit: String,
    /// True if `synchronous_standby_names` names a standby.
    pub has_synchronous_standbys: bool,
}

impl Db {
    /// Returns the reason why writes fail, as a sign-in would see it. At most one write in a few
    /// seconds finds that out, whatever the number of callers.
    #[boxed]
    pub async fn write_failure(&self) -> Option<WriteFailure> {
        if self.durable.is_broken() {
            return Some(WriteFailure::NotSynced);
        }
        let mut last = self.probe.0.lock().await;
        let former = last.and_then(|(_, failure)| failure);
        let every = former.map_or(EVERY, |_| EVERY_FAILED);
        // A statement that failed since the last probe is newer than that one.
        let is_full = self.write.last_full.is_recent();
        let is_current = former.is_some() || !is_full;
        if is_current && last.is_some_and(|(at, _)| at.elapsed() < every) {
            return former;
        }
        let probed = tokio::time::timeout(PATIENCE, Box::pin(self.expect_writable())).await;
        let failure = match probed {
            Ok(Ok(())) => is_full.then_some(WriteFailure::DiskFull),
            Ok(Err(error)) => {
                let failure = WriteFailure::from(&error);
                if former != Some(failure) {
                    tracing::error!(%error, "the database accepts no writes: {}", failure.as_str());
                }
                Some(failure)
            }
            // A busy database is no news.
            Err(_) => former,
        };
        if former.is_some() && failure.is_none() {
            tracing::info!("the database accepts writes again");
        }
        *last = Some((Instant::now(), failure));
        failure
    }

    /// Checks that the database accepts a write. Changes no data: SQLite writes a number that it
    /// keeps for applications with its present value, PostgreSQL begins a transaction.
    ///
    /// # Errors
    /// Returns [`StoreError::Full`] for a disk without space, and [`StoreError::ReadOnly`] for a
    /// read-only database, such as a standby.
    #[boxed]
    pub async fn expect_writable(&self) -> Result<()> {
        let tx = self.begin_write().await?;
        if self.is_postgres() {
            let ask = "SELECT current_setting('transaction_read_only') AS answer";
            if answer::<String>(&tx, ask).await?.as_deref() != Some("off") {
                return Err(StoreError::ReadOnly);
            }
            return tx.rollback().await;
        }
        let ask = "SELECT user_version AS answer FROM pragma_user_version";
        let version = answer::<i64>(&tx, ask).await?.unwrap_or_default();
        tx.execute_unprepared(&format!("PRAGMA user_version = {version}"))
            .await?;
        tx.commit().await
    }

    /// Returns the database server's time in Unix seconds; `None` for SQLite, which runs in this
    /// process.
    #[boxed]
    pub async fn clock(&self) -> Result<Option<i64>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let ask = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT) AS answer";
        answer(self.read(), ask).await
    }

    /// Returns the settings of PostgreSQL for commits; `None` for SQLite.
    #[boxed]
    pub async fn durability(&self) -> Result<Option<Durability>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let ask = "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') \
                   || ' ' || current_setting('synchronous_standby_names') AS answer";
        let settings = answer::<String>(self.read(), ask).await?;
        let settings = settings.unwrap_or_default();
        let mut words = settings.splitn(3, ' ');
        let mut next = || words.next().unwrap_or_default();
        Ok(Some(Durability {
            fsync: next() == "on",
            synchronous_commit: next().to_owned(),
            has_synchronous_standbys: !next().is_empty(),
        }))
    }

    /// Returns the host of PostgreSQL that is used, if the URL names several.
    pub fn host(&self) -> Option<String> {
        self.write.watch.host()
    }
}

/// Returns the value in the column `answer`.
pub(super) async fn answer<T: TryGetable>(conn: &Conn, ask: &str) -> Result<Option<T>> {
    let ask = Statement::from_string(conn.get_database_backend(), ask);
    let row = conn.query_one_raw(ask).await?;
    Ok(row.map(|row| row.try_get("", "answer")).transpose()?)
}
