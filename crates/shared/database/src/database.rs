//! The database: reading from it, and writing in transactions.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use doorward_domain::boxed;
use doorward_domain::mutant::{self, Safeguard};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::runtime::Handle;

use super::batches::Batches;
use super::conn::{Conn, Enclosing, End, Pool, Session, SingleWrites, WriteTx};
use super::group_commit::GroupCommit;
use super::joined_part::JoinedPart;
use super::pool_queue::Turn;
use super::visible_writes::VisibleWrites;
use super::write_probe::WriteProbe;
use crate::error::{Result, StoreError};

const TRUNCATIONS: usize = 10;

/// A database: SQLite (one file, one writer, several readers) or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) read: Arc<Conn>,
    pub(super) reserved: Arc<Conn>,
    pub(super) before_write: Arc<Conn>,
    pub(super) write: Pool,
    pub(super) durable: GroupCommit,
    pub(super) visible: VisibleWrites,
    pub(super) single_writes: SingleWrites,
    /// A connection to an SQLite file that waits for no lock.
    pub(super) maintenance: Option<DatabaseConnection>,
    pub(super) probe: WriteProbe,
    /// The transaction in which all statements run, of a database that an
    /// [`EnclosingTx`](super::EnclosingTx) has made.
    pub(super) enclosing: Option<Enclosing>,
}

impl Db {
    /// Returns the connections for reading. SQLite rejects writes on them.
    pub fn read(&self) -> &Conn {
        &self.read
    }

    /// Returns the connections for the few reads that every token needs. Pages and lists never use
    /// them, so that a surge of sign-ins does not delay clients.
    pub fn read_reserved(&self) -> &Conn {
        &self.reserved
    }

    /// Returns the connection for a read whose result is then written. On SQLite it is the connection
    /// of the writes: after each write, another connection discards its pages and reads them from the
    /// file again. Do not use it within a write transaction, which holds the connection.
    pub fn read_before_write(&self) -> &Conn {
        &self.before_write
    }

    /// Begins a write transaction; dropping it without [`WriteTx::commit`] rolls it back.
    ///
    /// SQLite acquires its write lock immediately (`BEGIN IMMEDIATE`), so that no later statement
    /// can fail without it; PostgreSQL uses READ COMMITTED.
    ///
    /// # Errors
    /// Returns [`StoreError::Unavailable`] if no connection or lock becomes available in time.
    #[boxed]
    pub async fn begin_write(&self) -> Result<WriteTx> {
        self.durable.check()?;
        let pool = &self.write;
        if let Some(enclosing) = &self.enclosing {
            if let Some(has_lost) = &enclosing.joins {
                let part = JoinedPart::new(Arc::clone(&enclosing.tx), Arc::clone(has_lost));
                return Ok(self.write_tx(Session::Joined(part), Turn::default()));
            }
            let part = pool.call(TransactionTrait::begin(&*enclosing.tx)).await?;
            return Ok(self.write_tx(Session::Transaction(part), Turn::default()));
        }
        let in_turn = async { begin(pool, pool.turns.take().await?).await };
        let (session, turn) = pool.call(in_turn).await?;
        Ok(self.write_tx(Session::Transaction(session), turn))
    }

    /// Begins a write of one statement, which commits on its own. A second one is rejected. SQLite runs it
    /// together with others that wait (decision 126), PostgreSQL without `BEGIN` and `COMMIT` (decision 128).
    pub fn begin_single_write(&self) -> Result<WriteTx> {
        self.durable.check()?;
        if let Some(enclosing) = &self.enclosing {
            let session = Session::Enclosed(Arc::clone(&enclosing.tx));
            return Ok(self.write_tx(session, Turn::default()));
        }
        let session = Session::Single(AtomicBool::new(false), self.single_writes.clone());
        Ok(self.write_tx(session, Turn::default()))
    }

    /// Begins a write whose statements have no result that its caller reads. SQLite runs them when it commits, in
    /// one transaction with others that wait (decision 126); PostgreSQL runs a transaction.
    #[boxed]
    pub async fn begin_unread_write(&self) -> Result<WriteTx> {
        let SingleWrites::Together(batches) = &self.single_writes else {
            return self.begin_write().await;
        };
        self.durable.check()?;
        let session = Session::Unread(Mutex::default(), batches.clone());
        Ok(self.write_tx(session, Turn::default()))
    }

    /// Runs single writes, and the reads before them, by this queue.
    pub(super) fn use_batches(&mut self, batches: Batches) {
        let reads = Session::BeforeWrite(batches.clone());
        self.before_write = Arc::new(Conn::new(self.write.clone(), reads));
        self.single_writes = SingleWrites::Together(batches);
    }

    fn write_tx(&self, session: Session, turn: Turn) -> WriteTx {
        let conn = Conn::new(self.write.clone(), session);
        let end = End(self.durable.clone(), self.visible.clone());
        WriteTx(conn, end, turn)
    }

    /// Returns the number of writes of this process that readers can see, or `None` while one is
    /// becoming visible. As long as it does not change, this process has changed no data that was
    /// read before. A write is visible before it is on the disk and before its caller knows.
    pub fn visible_writes(&self) -> Option<u64> {
        self.visible.count()
    }

    /// Begins a write transaction that excludes every other one with the same `name` on all
    /// replicas, so that the data it has read remain true until it commits.
    #[boxed]
    pub async fn begin_exclusive_write(&self, name: &str) -> Result<WriteTx> {
        let tx = self.begin_write().await?;
        let enclosing = self.enclosing.as_ref();
        let is_held = enclosing.is_some_and(|enclosing| enclosing.lock == name);
        // SQLite has one writer anyway.
        if self.is_postgres() && !is_held {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [name.into()]);
            tx.execute_raw(lock).await?;
        }
        Ok(tx)
    }

    /// Writes the log of an SQLite file into the file, and truncates it. Does not wait for readers: as
    /// long as one reads a former state, the log keeps its size until the next call.
    #[boxed]
    pub async fn truncate_log(&self) -> Result<()> {
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

    /// Returns [`StoreError::Unavailable`] if the database does not respond.
    #[boxed]
    pub async fn ping(&self) -> Result<()> {
        self.read.ping().await.map_err(StoreError::unavailable)
    }

    /// Prepares for a stop: opens all further connections on this runtime, which must outlive those
    /// of the callers, and returns when no former connection is in use. SQLite needs none of it: its
    /// connections have threads.
    #[boxed]
    pub async fn hand_over(&self, runtime: Handle) {
        self.write.watch.hand_over(runtime).await;
    }

    /// Returns true for PostgreSQL, which several replicas can share.
    pub fn is_postgres(&self) -> bool {
        self.write.connections.get_database_backend() == DbBackend::Postgres
    }

    /// Closes every connection after its current work.
    #[boxed]
    pub async fn close(&self) -> Result<()> {
        let pools = [self.read.pool(), self.reserved.pool(), &self.write];
        let pools = pools.map(|pool| &pool.connections);
        for pool in pools.into_iter().chain(&self.maintenance) {
            let closed = pool.close_by_ref().await;
            closed.map_err(StoreError::unavailable)?;
        }
        let closed = self.write.watch.close().await;
        closed.map_err(StoreError::unavailable)
    }
}

/// Begins a transaction.
///
/// On PostgreSQL a separate task does, because a caller may give up. The driver (sqlx 0.9,
/// `PgTransactionManager::begin`) would return a connection whose `BEGIN` is abandoned to the pool
/// without a `ROLLBACK`, and a single write on it would be acknowledged and never committed. The task
/// ends, and an unused transaction rolls back. If the server gives no sign of life, the
/// connection is closed.
async fn begin(pool: &Pool, turn: Turn) -> Result<(DatabaseTransaction, Turn), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let is_postgres = pool.connections.get_database_backend() == DbBackend::Postgres;
    if !is_postgres || mutant::is_disabled(Safeguard::BeginEnds) {
        let session = pool.connections.begin_with_options(options).await?;
        return Ok((session, turn));
    }
    let pool = pool.clone();
    let begun = tokio::spawn(async move {
        let begin = pool.connections.begin_with_options(options);
        let session = pool.watch.call(begin).await?;
        Ok((session, turn))
    });
    begun.await.unwrap_or_else(|ended| {
        let words = format!("the begin of a transaction was stopped: {ended}");
        Err(DbErr::Conn(RuntimeErr::Internal(words)))
    })
}

/// Copies the log of an SQLite file into the file. Returns true if another connection prevented it.
async fn checkpoint(maintenance: &DatabaseConnection, mode: &str) -> Result<bool> {
    let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
    let checkpoint = Statement::from_string(DbBackend::Sqlite, checkpoint);
    let row = maintenance.query_one_raw(checkpoint).await?;
    let is_busy = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    Ok(is_busy == Some(1))
}
