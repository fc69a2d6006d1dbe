//! The database: reading from it, and writing in transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::group_commit::GroupCommit;
use super::liveness::LivenessWatch;
use super::pool_queue::{PoolQueue, Turn};
use crate::error::StoreError;

/// Where statements can be run: a [`Reader`] or a [`WriteTx`].
///
/// It exists so that the callers of [`repo`](crate::repo) need not name the database library.
pub trait Conn: ConnectionTrait {}

impl<T: ConnectionTrait> Conn for T {}

/// A database: SQLite (one file, one writer, several readers) or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) read: Reader,
    pub(super) reserved: Reader,
    pub(super) write: DatabaseConnection,
    pub(super) durable: GroupCommit,
    /// How many write transactions have ended.
    pub(super) ended: Arc<AtomicU64>,
}

impl Db {
    /// Where to read. SQLite refuses writes here.
    pub const fn read(&self) -> &Reader {
        &self.read
    }

    /// Where to read the little that every token needs: on connections that pages and lists never
    /// take, so that a storm of sign-ins keeps no app waiting.
    pub const fn read_reserved(&self) -> &Reader {
        &self.reserved
    }

    /// Begins a write transaction; dropping it without [`WriteTx::commit`] rolls it back.
    ///
    /// SQLite takes its write lock at once (`BEGIN IMMEDIATE`), so that no later statement can
    /// fail for want of it; PostgreSQL runs at READ COMMITTED.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection or lock is to be had in time.
    pub async fn begin_write(&self) -> Result<WriteTx, StoreError> {
        self.durable.check()?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        // On PostgreSQL who writes and who reads share one pool.
        let Reader(_, watch, turns) = &self.read;
        let in_turn = async {
            let turn = turns.take().await?;
            let begun = self.write.begin_with_options(options).await?;
            Ok((begun, turn))
        };
        let (begun, turn) = watch.call(in_turn).await?;
        let end = End(self.durable.clone(), Mark(Arc::clone(&self.ended)));
        Ok(WriteTx(begun, watch.clone(), end, turn))
    }

    /// How many write transactions of this process have ended, one way or another: as long as it is the
    /// same number, nothing that was read has been changed here.
    pub fn ended_writes(&self) -> u64 {
        self.ended.load(Ordering::SeqCst)
    }

    /// Begins a write transaction that waits for every other one with the same `name`, on whichever
    /// replica, so that what it has read stays true until it commits.
    ///
    /// # Errors
    /// As [`Db::begin_write`].
    pub async fn begin_write_alone(&self, name: &str) -> Result<WriteTx, StoreError> {
        let tx = self.begin_write().await?;
        // SQLite has one writer anyway.
        if self.is_postgres() {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let lock = Statement::from_sql_and_values(DbBackend::Postgres, lock, [name.into()]);
            tx.execute_raw(lock).await?;
        }
        Ok(tx)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none, or the disk has refused to keep a commit.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.durable.check()?;
        let answer = self.read.call(self.read.0.ping()).await;
        answer.map_err(StoreError::unavailable)
    }

    /// Whether this is PostgreSQL, which several replicas can share.
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Closes every connection after its current work.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the connections cannot be closed in order.
    pub async fn close(&self) -> Result<(), StoreError> {
        for pool in [&self.read.0, &self.reserved.0, &self.write] {
            let closed = pool.close_by_ref().await;
            closed.map_err(StoreError::unavailable)?;
        }
        let closed = self.read.1.close().await;
        closed.map_err(StoreError::unavailable)
    }
}

/// A pool of connections to read from.
#[derive(Clone, Debug)]
pub struct Reader(
    pub(super) DatabaseConnection,
    pub(super) LivenessWatch,
    pub(super) PoolQueue,
);

impl Reader {
    /// Does something on a connection, when one is to be had.
    async fn call<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Self(_, watch, turns) = self;
        let in_turn = async {
            let _turn = turns.take().await?;
            work.await
        };
        watch.call(in_turn).await
    }
}

/// Counts one when it is dropped: whether a commit came through that was not answered, nobody knows.
#[derive(Debug)]
struct Mark(Arc<AtomicU64>);

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// What is done at the end of a write transaction.
#[derive(Debug)]
struct End(GroupCommit, Mark);

/// A write transaction. Its connection is given back before its turn.
#[derive(Debug)]
pub struct WriteTx(pub(super) DatabaseTransaction, LivenessWatch, End, Turn);

impl WriteTx {
    async fn call<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.1.call(work).await
    }

    /// Makes everything in it permanent. Others may see it a moment before this returns.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not; then nothing has happened, unless the connection
    /// or the disk has failed, of which nobody can tell.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self(tx, watch, End(durable, _ended), _turn) = self;
        watch.call(tx.commit()).await?;
        durable.keep().await
    }

    /// Undoes everything in it now, rather than some time after the drop.
    ///
    /// # Errors
    /// [`StoreError`] when the connection broke; the database then undoes it by itself.
    pub async fn rollback(self) -> Result<(), StoreError> {
        let Self(tx, watch, _end, _turn) = self;
        Ok(watch.call(tx.rollback()).await?)
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
                self.call(self.0.execute_raw(statement)).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.call(self.0.execute_unprepared(sql)).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                self.call(self.0.query_one_raw(statement)).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.call(self.0.query_all_raw(statement)).await
            }
        }
    };
}

run_statements_on_inner!(Reader);
run_statements_on_inner!(WriteTx);
