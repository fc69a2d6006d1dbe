//! Copies of a whole SQLite file, and the check before another file replaces it.

use std::path::Path;
use std::time::Duration;

use doorward_domain::boxed;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    SqlxError, Statement,
};

use super::database::Db;
use super::open::connect;
use super::sql::texts;
use crate::error::{Result, StoreError};

/// The availability of a file for replacement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileAvailability {
    /// A file that no process has open and whose write-ahead log is merged and removed.
    Free,
    /// A file that another process has open.
    InUse,
    /// A damaged file, or one that is not a database.
    Broken,
}

/// Query for a row of an SQLite database that refers to a missing row.
pub(super) const DANGLING_REFERENCE: &str = "SELECT 'a row of ' || \"table\" || ' refers to none of ' || parent AS found \
     FROM pragma_foreign_key_check LIMIT 1";

/// Maximum time for another process to close the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

impl Db {
    /// Writes the current contents of an SQLite database to a file that is missing or empty.
    /// Concurrent writers are not blocked and do not block the copy.
    ///
    /// # Errors
    /// Returns [`StoreError::Address`] for PostgreSQL, and another [`StoreError`] if writing fails,
    /// for example because the disk is full.
    #[boxed]
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        if self.is_postgres() {
            let words = "only an SQLite database is copied as a file";
            return Err(StoreError::Address(words.to_owned()));
        }
        let name = text(file)?;
        let copy = "VACUUM INTO $1";
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, copy, [name.into()]);
        self.write.connections.execute_raw(copy).await?;
        Ok(())
    }

    /// Checks the integrity of an SQLite database. Returns the first problem, or `None` if it is
    /// intact.
    #[boxed]
    pub async fn damage(&self) -> Result<Option<String>> {
        let ask = "SELECT integrity_check AS found FROM pragma_integrity_check LIMIT 1";
        let found = self.first_text(ask).await?;
        if found.as_deref() != Some("ok") {
            return Ok(Some(found.unwrap_or_default()));
        }
        self.first_text(DANGLING_REFERENCE).await
    }

    #[boxed]
    pub async fn is_empty(&self) -> Result<bool> {
        let ask = if self.is_postgres() {
            "SELECT relname::text AS found FROM pg_class \
             WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') LIMIT 1"
        } else {
            "SELECT name AS found FROM sqlite_master WHERE type = 'table' LIMIT 1"
        };
        Ok(self.first_text(ask).await?.is_none())
    }

    async fn first_text(&self, ask: &str) -> Result<Option<String>> {
        let found = texts(&self.write.connections, ask, Vec::new()).await?;
        Ok(found.into_iter().next())
    }
}

/// Prepares an SQLite file for replacement: with the only connection to it, merges the write-ahead
/// log into the file. SQLite would apply a remaining log to the next file.
pub async fn take_over(file: &Path) -> Result<FileAvailability> {
    match disable_wal(file).await {
        Ok(mode) if mode == "delete" => Ok(FileAvailability::Free),
        Ok(_) => Ok(FileAvailability::InUse),
        Err(error) => match primary_code(&error) {
            // SQLITE_BUSY and SQLITE_LOCKED; SQLITE_CORRUPT and SQLITE_NOTADB.
            Some(5 | 6) => Ok(FileAvailability::InUse),
            Some(11 | 26) => Ok(FileAvailability::Broken),
            _ => Err(error.into()),
        },
    }
}

/// Turns write-ahead logging off, which SQLite does only for a single connection.
async fn disable_wal(file: &Path) -> Result<String, DbErr> {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .in_memory(false)
                .shared_cache(false)
                .filename(&file)
                .create_if_missing(false)
                .busy_timeout(PATIENCE)
        });
    let connection: DatabaseConnection = connect(options).await?;
    let leave = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode = DELETE");
    let left = connection.query_one_raw(leave).await;
    let closed = connection.close().await;
    let mode = left?.map(|row| row.try_get_by_index::<String>(0));
    closed?;
    Ok(mode.transpose()?.unwrap_or_default())
}

/// Returns the primary result code of SQLite, if SQLite caused the error.
pub(super) fn primary_code(error: &DbErr) -> Option<u32> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else {
        return None;
    };
    let SqlxError::Database(database) = cause.as_ref() else {
        return None;
    };
    database.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| {
        let displayed = path.display();
        StoreError::Address(format!("{displayed}: the name of the file is not UTF-8"))
    })
}
