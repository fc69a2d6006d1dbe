//! Health checks of a database, for `doorward doctor`.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::database::Db;
use crate::error::StoreError;

impl Db {
    /// Checks that a write transaction can begin; writes nothing.
    ///
    /// # Errors
    /// Returns [`StoreError`] for a read-only database, such as a standby.
    pub async fn expect_writable(&self) -> Result<(), StoreError> {
        let tx = self.begin_write().await?;
        if self.is_postgres() {
            let ask = "SELECT current_setting('transaction_read_only') AS answer";
            let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, ask));
            let answer = row.await?.map(|row| row.try_get::<String>("", "answer"));
            if answer.transpose()?.as_deref() != Some("off") {
                return Err(StoreError::ReadOnly);
            }
        }
        tx.rollback().await
    }

    /// Returns the database server's time in Unix seconds; `None` for SQLite, which runs in this
    /// process.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database does not respond.
    pub async fn clock(&self) -> Result<Option<i64>, StoreError> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let ask = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT) AS answer";
        let row = self
            .read()
            .query_one_raw(Statement::from_string(DbBackend::Postgres, ask));
        let answer = row.await?.map(|row| row.try_get::<i64>("", "answer"));
        Ok(answer.transpose()?)
    }
}
