//! The database: reading from it, and writing in transactions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::runtime::Handle;

use super::group_commit::GroupCommit;
use super::liveness::LivenessWatch;
use super::pool_queue::{PoolQueue, Turn};
use super::visible_writes::{VisibleSoon, VisibleWrites};
use super::write_probe::WriteProbe;
use crate::error::StoreError;

/// A handle that runs statements: a [`Reader`] or a [`WriteTx`].
///
/// With this trait the callers of [`repo`](crate::repo) need not name the database library.
pub trait Conn: ConnectionTrait {}

impl<T: ConnectionTrait> Conn for T {}

/// Maximum number of values in a statement. PostgreSQL accepts 65,535 and SQLite 32,766; a debug build
/// accepts far fewer, so that tests of small size find a list that grows with the data.
pub(crate) const MAX_VALUES: usize = if cfg!(debug_assertions) { 100 } else { 10_000 };

/// Number of attempts to truncate the log of an SQLite file.
const TRUNCATIONS: usize = 10;

/// Rejects a statement with too many values in a debug build.
fn check_values(statement: &Statement) -> Result<(), DbErr> {
    let count = statement.values.as_ref().map_or(0, |values| values.0.len());
    if cfg!(debug_assertions) && count > MAX_VALUES {
        return Err(DbErr::Custom(format!(
            "a statement has {count} values, more than {MAX_VALUES}: divide its list by \
             `repo::value_list`, or use a subquery: {}",
            statement.sql
        )));
    }
    Ok(())
}

/// A database: SQLite (one file, one writer, several readers) or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) read: Reader,
    pub(super) reserved: Reader,
    pub(super) before_write: Reader,
    pub(super) write: DatabaseConnection,
    pub(super) durable: GroupCommit,
    pub(super) visible: VisibleWrites,
    /// A connection to an SQLite file that waits for no lock.
    pub(super) maintenance: Option<DatabaseConnection>,
    pub(super) probe: WriteProbe,
}

impl Db {
    /// Returns the connections for reading. SQLite rejects writes on them.
    pub const fn read(&self) -> &Reader {
        &self.read
    }

    /// Returns the connections for the few reads that every token needs. Pages and lists never use
    /// them, so that a surge of sign-ins does not delay clients.
    pub const fn read_reserved(&self) -> &Reader {
        &self.reserved
    }

    /// Returns the connection for a read whose result is then written. On SQLite it is the connection
    /// of the writes: after each write, another connection discards its pages and reads them from the
    /// file again. Do not use it within a write transaction, which holds the connection.
    pub const fn read_before_write(&self) -> &Reader {
        &self.before_write
    }

    /// Begins a write transaction; dropping it without [`WriteTx::commit`] rolls it back.
    ///
    /// SQLite acquires its write lock immediately (`BEGIN IMMEDIATE`), so that no later statement
    /// can fail without it; PostgreSQL uses READ COMMITTED.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] if no connection or lock becomes available in time.
    pub async fn begin_write(&self) -> Result<WriteTx, StoreError> {
        self.durable.check()?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        // On PostgreSQL, writers and readers share one pool.
        let Reader(_, watch, turns) = &self.read;
        let in_turn = async {
            let turn = turns.take().await?;
            let session = self.write.begin_with_options(options).await?;
            Ok((session, turn))
        };
        let (session, turn) = watch.call(in_turn).await?;
        Ok(self.write_tx(Session::Transaction(session), turn))
    }

    /// Begins a write of one statement, which is atomic without a transaction: it saves the
    /// statements that begin and commit one. A second statement is rejected.
    ///
    /// On PostgreSQL it is a transaction nevertheless. If the wait for `BEGIN` is abandoned, the driver
    /// (sqlx 0.9, `PgTransactionManager::begin`) returns the connection to the pool without `ROLLBACK`.
    /// A statement on it would be acknowledged, and committed only by a later transaction, or never.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::begin_write`].
    pub async fn begin_single_write(&self) -> Result<WriteTx, StoreError> {
        if self.is_postgres() {
            return self.begin_write().await;
        }
        self.durable.check()?;
        let Reader(_, watch, turns) = &self.read;
        let turn = watch.call(turns.take()).await?;
        let (used, visible) = (AtomicBool::new(false), self.visible.clone());
        let session = Session::Single(self.write.clone(), used, visible);
        Ok(self.write_tx(session, turn))
    }

    fn write_tx(&self, session: Session, turn: Turn) -> WriteTx {
        let end = End(self.durable.clone(), self.visible.clone());
        WriteTx(session, self.read.1.clone(), end, turn)
    }

    /// Returns the number of writes of this process that readers can see, or `None` while one is
    /// becoming visible. As long as it does not change, this process has changed no data that was
    /// read before. A write is visible before it is on the disk and before its caller knows.
    pub fn visible_writes(&self) -> Option<u64> {
        self.visible.count()
    }

    /// Begins a write transaction that excludes every other one with the same `name` on all
    /// replicas, so that the data it has read remain true until it commits.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::begin_write`].
    pub async fn begin_exclusive_write(&self, name: &str) -> Result<WriteTx, StoreError> {
        let tx = self.begin_write().await?;
        // SQLite has one writer anyway.
        if self.is_postgres() {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [name.into()]);
            tx.execute_raw(lock).await?;
        }
        Ok(tx)
    }

    /// Writes the log of an SQLite file into the file, and truncates it. Does not wait for readers: as
    /// long as one reads a former state, the log keeps its size until the next call.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the file cannot be written.
    pub async fn truncate_log(&self) -> Result<(), StoreError> {
        let Some(maintenance) = &self.maintenance else {
            return Ok(());
        };
        // Copies most pages beside writers, so that the truncation locks them out briefly.
        checkpoint(maintenance, "PASSIVE").await?;
        for _ in 0..TRUNCATIONS {
            if !checkpoint(maintenance, "TRUNCATE").await? {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Checks that the database responds.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] if it does not, or if a commit could not be synced to
    /// disk.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.durable.check()?;
        let response = self.read.call(Box::pin(self.read.0.ping())).await;
        response.map_err(StoreError::unavailable)
    }

    /// Prepares for a stop: opens all further connections on this runtime, which must outlive those
    /// of the callers, and returns when no former connection is in use. SQLite needs none of it: its
    /// connections have threads.
    pub async fn hand_over(&self, runtime: Handle) {
        self.read.1.hand_over(runtime).await;
    }

    /// Returns true for PostgreSQL, which several replicas can share.
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Closes every connection after its current work.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] if a connection cannot be closed properly.
    pub async fn close(&self) -> Result<(), StoreError> {
        let pools = [&self.read.0, &self.reserved.0, &self.write];
        for pool in pools.into_iter().chain(&self.maintenance) {
            let closed = pool.close_by_ref().await;
            closed.map_err(StoreError::unavailable)?;
        }
        let closed = self.read.1.close().await;
        closed.map_err(StoreError::unavailable)
    }
}

/// Copies the log of an SQLite file into the file. Returns true if another connection prevented it.
async fn checkpoint(maintenance: &DatabaseConnection, mode: &str) -> Result<bool, StoreError> {
    let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
    let checkpoint = Statement::from_string(DbBackend::Sqlite, checkpoint);
    let row = maintenance.query_one_raw(checkpoint).await?;
    let is_busy = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    Ok(is_busy == Some(1))
}

/// A pool of connections to read from.
#[derive(Clone, Debug)]
pub struct Reader(
    pub(super) DatabaseConnection,
    pub(super) LivenessWatch,
    pub(super) PoolQueue,
);

impl Reader {
    /// Runs `work` when a connection is available.
    async fn call<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Self(_, watch, turns) = self;
        let in_turn = async {
            let _turn = turns.take().await?;
            work.await
        };
        watch.call(in_turn).await
    }
}

/// The actions at the end of a write transaction.
#[derive(Debug)]
struct End(GroupCommit, VisibleWrites);

/// A write transaction, or a single statement, which is one on its own. Fields drop in order: the
/// connection is returned before its turn ends.
#[derive(Debug)]
pub struct WriteTx(Session, LivenessWatch, End, Turn);

#[derive(Debug)]
enum Session {
    Transaction(DatabaseTransaction),
    /// The connections, and true after the statement.
    Single(DatabaseConnection, AtomicBool, VisibleWrites),
}

impl Session {
    /// Marks the single statement as run, which commits on its own.
    fn claim(&self) -> Result<Option<VisibleSoon>, DbErr> {
        match self {
            Self::Transaction(_) => Ok(None),
            Self::Single(_, used, _) if used.swap(true, Ordering::Relaxed) => Err(DbErr::Custom(
                "a second statement needs a transaction".to_owned(),
            )),
            Self::Single(.., visible) => Ok(Some(visible.begin())),
        }
    }
}

macro_rules! on_session {
    ($session:expr, $connection:ident => $run:expr) => {
        match $session {
            Session::Transaction($connection) => $run,
            Session::Single($connection, ..) => $run,
        }
    };
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        on_session!(self, connection => connection.get_database_backend())
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let _visible = self.claim()?;
        on_session!(self, connection => connection.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _visible = self.claim()?;
        on_session!(self, connection => connection.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let _visible = self.claim()?;
        on_session!(self, connection => connection.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _visible = self.claim()?;
        on_session!(self, connection => connection.query_all_raw(statement).await)
    }
}

impl WriteTx {
    /// Returns the transaction, for the migrations.
    ///
    /// # Errors
    /// Returns [`StoreError::Query`] for a single statement.
    pub(super) fn transaction(&self) -> Result<&DatabaseTransaction, StoreError> {
        match &self.0 {
            Session::Transaction(tx) => Ok(tx),
            Session::Single(..) => Err(DbErr::Custom("this is no transaction".to_owned()).into()),
        }
    }

    async fn call<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.1.call(work).await
    }

    /// Commits the transaction. Other readers may see it slightly before this returns.
    ///
    /// If the caller gives up meanwhile, the write counts as visible at once, though it may become
    /// so a moment later.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database did not commit; then nothing has changed. After a
    /// failure of the connection or the disk the outcome is unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self(session, watch, End(durable, visible), _turn) = self;
        if let Session::Transaction(tx) = session {
            let _visible = visible.begin();
            watch.call(tx.commit()).await?;
        }
        durable.sync().await
    }

    /// Rolls back immediately, instead of some time after the drop.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the connection broke; the database then rolls back on its own.
    pub async fn rollback(self) -> Result<(), StoreError> {
        let Self(session, watch, _end, _turn) = self;
        match session {
            Session::Transaction(tx) => Ok(watch.call(tx.rollback()).await?),
            Session::Single(..) => Ok(()),
        }
    }
}

macro_rules! run_statements_on_inner {
    ($name:ty) => {
        #[async_trait]
        impl ConnectionTrait for $name {
            fn get_database_backend(&self) -> DbBackend {
                self.0.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                check_values(&statement)?;
                self.call(self.0.execute_raw(statement)).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.call(self.0.execute_unprepared(sql)).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                check_values(&statement)?;
                self.call(self.0.query_one_raw(statement)).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                check_values(&statement)?;
                self.call(self.0.query_all_raw(statement)).await
            }
        }
    };
}

run_statements_on_inner!(Reader);
run_statements_on_inner!(WriteTx);
