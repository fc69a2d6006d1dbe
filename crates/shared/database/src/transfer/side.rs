//! The two databases of a move: one transaction in each.

use std::path::PathBuf;
use std::time::Duration;

use doorward_migrations::{MOVE_MARKER, has_table, identity, tasks};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait as _, Value,
};

use super::error::MoveError;
use crate::copy::{FileAvailability, PATIENCE, primary_code, take_over};
use crate::error::{Result, StoreError};
use crate::hosts::usable_url;
use crate::open::{connect, sqlite_options};
use crate::sql::{quoted, texts};

/// Settings of a transaction on PostgreSQL that may take hours.
const UNLIMITED: &str = "SET LOCAL statement_timeout = 0; \
                         SET LOCAL idle_in_transaction_session_timeout = 0; \
                         SET LOCAL lock_timeout = '10s'";
/// Interval of the checks for running servers: PostgreSQL removes a closed connection a little later.
const PAUSE: Duration = Duration::from_millis(50);

/// A database in a transaction.
pub(super) struct Side {
    connection: DatabaseConnection,
    pub(super) tx: DatabaseTransaction,
    pub(super) is_postgres: bool,
}

/// A database that no other process can write until this value is dropped.
pub(super) struct MoveSource(Side);

impl MoveSource {
    /// Opens a database and prevents writes to these tables.
    pub(super) async fn lock(url: &str, tables: &[String]) -> Result<Self, MoveError> {
        let connection = connect_alone(url).await?;
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let side = Side::begin(connection, options, url).await?;
        if side.is_postgres {
            // Before the first query, which begins the snapshot.
            let names: Vec<_> = tables.iter().map(|name| quoted(name)).collect();
            let lock = format!("LOCK TABLE {} IN SHARE MODE", names.join(", "));
            side.tx.execute_unprepared(&lock).await?;
        } else if side.texts(JOURNAL, Vec::new()).await? != ["delete"] {
            // A server has opened the file in this moment.
            return Err(in_use(url));
        }
        Ok(Self(side))
    }

    pub(super) const fn side(&self) -> &Side {
        &self.0
    }

    pub(super) async fn count(&self, tables: &[String]) -> Result<Vec<u64>, MoveError> {
        let mut counts = Vec::with_capacity(tables.len());
        for table in tables {
            let count = format!("SELECT count(*) AS found FROM {}", quoted(table));
            let count = self.0.number(&count, Vec::new()).await?.unwrap_or_default();
            counts.push(count.unsigned_abs());
        }
        Ok(counts)
    }

    /// Ends the transaction, so that servers can use the database again.
    pub(super) async fn release(self) -> Result<(), MoveError> {
        self.0.tx.rollback().await?;
        Ok(self.0.connection.close().await?)
    }
}

const JOURNAL: &str = "SELECT journal_mode AS found FROM pragma_journal_mode";

/// Returns the tables of an SQLite database that a move copies: all of them except the records of
/// SQLite, of its full-text indexes and of the migrations.
pub async fn database_tables(url: &str) -> Result<Vec<String>> {
    let connection = connect(options(url)).await?;
    let ask = "SELECT name AS found FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let mut tables = texts(&connection, ask, Vec::new()).await?;
    tables.retain(|name| ![identity::TABLE, tasks::TABLE].contains(&name.as_str()));
    connection.close().await?;
    Ok(tables)
}

/// Returns [`MoveError::NotEmpty`] for a target with rows in one of these tables, unless a move is to be
/// repeated. Changes nothing.
pub(super) async fn reject_filled_target(url: &str, tables: &[String]) -> Result<(), MoveError> {
    if let Some(file) = sqlite_file(url)?
        && std::fs::metadata(&file).map_or(0, |found| found.len()) == 0
    {
        return Ok(());
    }
    let connection = connect(options(&usable_url(url).await?)).await?;
    let is_repeated = has_table(&connection, MOVE_MARKER).await?;
    for table in tables.iter().filter(|_| !is_repeated) {
        if has_table(&connection, table).await? {
            let row = format!("SELECT 'a row' AS found FROM {} LIMIT 1", quoted(table));
            if !texts(&connection, &row, Vec::new()).await?.is_empty() {
                return Err(MoveError::NotEmpty(table.clone()));
            }
        }
    }
    Ok(connection.close().await?)
}

impl Side {
    /// Opens a marked target that no server uses. The mark is locked, so that no two moves fill it at once.
    pub(super) async fn open_target(url: &str) -> Result<Self, MoveError> {
        let connection = connect_alone(url).await?;
        let side = Self::begin(connection, TransactionOptions::default(), url).await?;
        if side.is_postgres {
            // PostgreSQL ends the transaction of a killed move a little later.
            let lock = format!("LOCK TABLE {MOVE_MARKER}");
            let locked = side.tx.execute_unprepared(&lock).await;
            locked.map_err(|error| match StoreError::from(error) {
                StoreError::Unavailable(_) => in_use(url),
                other => other.into(),
            })?;
        }
        Ok(side)
    }

    async fn begin(
        connection: DatabaseConnection,
        options: TransactionOptions,
        url: &str,
    ) -> Result<Self, MoveError> {
        let is_postgres = connection.get_database_backend() == DbBackend::Postgres;
        let exclusive = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Exclusive),
            ..TransactionOptions::default()
        };
        let options = if is_postgres { options } else { exclusive };
        let tx = connection.begin_with_options(options).await;
        let tx = tx.map_err(|error| match primary_code(&error) {
            Some(5 | 6) => in_use(url),
            _ => error.into(),
        })?;
        if is_postgres {
            tx.execute_unprepared(UNLIMITED).await?;
        }
        Ok(Self {
            connection,
            tx,
            is_postgres,
        })
    }

    /// Commits, and collects the statistics without which PostgreSQL would choose slow plans at first.
    pub(super) async fn commit(self, tables: &[String]) -> Result<(), DbErr> {
        self.tx.commit().await?;
        if self.is_postgres {
            let names: Vec<_> = tables.iter().map(|name| quoted(name)).collect();
            let analyze = format!("ANALYZE {}", names.join(", "));
            self.connection.execute_unprepared(&analyze).await?;
        }
        self.connection.close().await
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    pub(super) async fn has_table(&self, name: &str) -> Result<bool, DbErr> {
        has_table(&self.tx, name).await
    }

    pub(super) async fn rows(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let ask = Statement::from_sql_and_values(self.backend(), sql, values);
        self.tx.query_all_raw(ask).await
    }

    pub(super) async fn texts(&self, sql: &str, values: Vec<Value>) -> Result<Vec<String>, DbErr> {
        texts(&self.tx, sql, values).await
    }

    /// Returns the number in the column `found` of the first row.
    pub(super) async fn number(&self, sql: &str, values: Vec<Value>) -> Result<Option<i64>, DbErr> {
        match self.rows(sql, values).await?.first() {
            Some(row) => row.try_get("", "found"),
            None => Ok(None),
        }
    }
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .set_application_name("doorward-move")
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(false)
                .foreign_keys(false)
                .busy_timeout(PATIENCE)
                .pragma("synchronous", "full")
                // 32 MB: a transaction of all rows changes pages of every index.
                .pragma("cache_size", "-32768")
        });
    options
}

fn sqlite_file(url: &str) -> Result<Option<PathBuf>> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    Ok(Some(sqlite_options(url)?.get_filename().to_owned()))
}

/// Opens a database that no server uses.
async fn connect_alone(url: &str) -> Result<DatabaseConnection, MoveError> {
    let Some(file) = sqlite_file(url)? else {
        let connection = connect(options(&usable_url(url).await?)).await?;
        reject_servers(&connection).await?;
        return Ok(connection);
    };
    let text = file.display().to_string();
    match take_over(&file).await? {
        FileAvailability::Free => Ok(connect(options(url)).await?),
        FileAvailability::InUse => Err(MoveError::InUse(text)),
        FileAvailability::Broken => {
            let words = format!("{text} is damaged, or is no database");
            Err(StoreError::Address(words).into())
        }
    }
}

/// Rejects a PostgreSQL database that a server of this program is connected to.
async fn reject_servers(connection: &DatabaseConnection) -> Result<(), MoveError> {
    let ask = "SELECT application_name::text AS found FROM pg_stat_activity \
               WHERE datname = current_database() \
               AND application_name IN ('doorward', 'doorward-tasks') LIMIT 1";
    let mut waited = Duration::ZERO;
    while !texts(connection, ask, Vec::new()).await?.is_empty() {
        if waited >= PATIENCE {
            return Err(MoveError::InUse("this PostgreSQL database".to_owned()));
        }
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
    }
    Ok(())
}

/// Returns the error for a database that another process uses, without the password of its address.
fn in_use(url: &str) -> MoveError {
    let file = sqlite_file(url).ok().flatten();
    MoveError::InUse(file.map_or_else(
        || "this PostgreSQL database".to_owned(),
        |file| file.display().to_string(),
    ))
}
