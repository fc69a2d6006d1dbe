//! The handles that run statements: connections to read from, and write transactions.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use doorward_domain::boxed;
use doorward_domain::mutant::{self, Safeguard};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, QueryResult, Statement,
};

use super::batches::{Batches, Done, Purpose};
use super::group_commit::GroupCommit;
use super::joined_part::JoinedPart;
use super::liveness::LivenessWatch;
use super::pool_queue::{PoolQueue, Turn};
use super::visible_writes::{VisibleSoon, VisibleWrites};
use super::write_probe::LastFull;
use crate::error::{Result, StoreError};

/// Maximum number of values in a statement. PostgreSQL accepts 65,535 and SQLite 32,766; a debug build
/// accepts far fewer, so that tests of small size find a list that grows with the data.
pub const MAX_VALUES: usize = if cfg!(debug_assertions) { 100 } else { 10_000 };

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

/// Connections with their liveness check and their queue.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    pub(super) connections: DatabaseConnection,
    pub(super) watch: LivenessWatch,
    pub(super) turns: PoolQueue,
    pub(super) last_full: LastFull,
}

impl Pool {
    /// Runs a call of the driver under the liveness check, and notes a full disk.
    pub(super) async fn call<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let outcome = self.watch.call(work).await;
        outcome.inspect_err(|error| self.last_full.note(error))
    }
}

/// The state of a handle that runs statements.
#[derive(Debug)]
pub(super) enum Session {
    /// Each statement waits for a connection of the pool.
    Read,
    Transaction(DatabaseTransaction),
    /// Statements within a transaction that encloses others.
    Enclosed(Arc<DatabaseTransaction>),
    /// A transaction that is a part of another.
    Joined(JoinedPart),
    /// A single statement; true after it.
    Single(AtomicBool, SingleWrites),
    /// Writes that run together when it commits; their results are not known before.
    Unread(Mutex<Vec<Statement>>, Batches),
    /// Reads on the connection that SQLite's single writes use.
    BeforeWrite(Batches),
}

/// The transaction that encloses those of a database, and the name of the lock that it holds.
#[derive(Clone, Debug)]
pub(super) struct Enclosing {
    pub tx: Arc<DatabaseTransaction>,
    pub lock: String,
    /// Set when a part is rolled back that is no savepoint; `None` if all parts are.
    pub joins: Option<Arc<AtomicBool>>,
}

/// The execution of single writes.
#[derive(Clone, Debug)]
pub(super) enum SingleWrites {
    /// On SQLite, together with others.
    Together(Batches),
    /// On PostgreSQL, each on a connection of the pool, without a transaction.
    Alone(VisibleWrites),
}

/// A handle that runs statements: the connections for reading, or a [`WriteTx`].
///
/// With this type the callers of `store::repo` need not name the database library.
#[derive(Debug)]
pub struct Conn {
    session: Session,
    pool: Pool,
}

impl Conn {
    pub(super) const fn new(pool: Pool, session: Session) -> Self {
        Self { session, pool }
    }

    pub(super) const fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) fn into_parts(self) -> (Session, Pool) {
        (self.session, self.pool)
    }

    /// Returns the connections, to measure what a statement does.
    #[cfg(feature = "testing")]
    pub const fn connections(&self) -> &DatabaseConnection {
        &self.pool.connections
    }

    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        self.call(Box::pin(self.pool.connections.ping())).await
    }

    fn executor(&self) -> DatabaseExecutor<'_> {
        match &self.session {
            Session::Transaction(tx) => tx.into(),
            Session::Enclosed(tx) => (&**tx).into(),
            Session::Joined(part) => part.tx().into(),
            _ => (&self.pool.connections).into(),
        }
    }

    /// Runs `work` when a connection is available.
    async fn call<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let in_turn = async {
            let _turn = match &self.session {
                Session::Read | Session::Single(..) => Some(self.pool.turns.take().await?),
                _ => None,
            };
            let _visible = self.begin_visible();
            work.await
        };
        self.pool.call(in_turn).await
    }

    /// Marks the start of a single write, which commits on its own.
    fn begin_visible(&self) -> Option<VisibleSoon> {
        match &self.session {
            Session::Single(_, SingleWrites::Alone(visible)) => Some(visible.begin()),
            _ => None,
        }
    }

    /// Runs the statement together with others, if this handle does that.
    async fn run_in_batch(&self, statement: Statement) -> InBatch {
        let (batches, purpose) = match &self.session {
            Session::Single(used, _) if used.swap(true, Ordering::Relaxed) => {
                let words = "a second statement needs a transaction";
                return InBatch::Ran(Err(DbErr::Custom(words.to_owned())));
            }
            Session::Single(_, SingleWrites::Together(batches)) => (batches, Purpose::Write),
            Session::BeforeWrite(batches) => (batches, Purpose::Read),
            Session::Unread(statements, _) => {
                let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
                statements.push(statement);
                return InBatch::Ran(Ok(Done::default()));
            }
            Session::Read
            | Session::Transaction(_)
            | Session::Enclosed(_)
            | Session::Joined(_)
            | Session::Single(_, SingleWrites::Alone(_)) => return InBatch::Other(statement),
        };
        let ran = batches.run(purpose, statement).await;
        InBatch::Ran(ran.inspect_err(|error| self.pool.last_full.note(error)))
    }
}

enum InBatch {
    Ran(Result<Done, DbErr>),
    /// The statement is for another connection.
    Other(Statement),
}

#[async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.connections.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        check_values(&statement)?;
        match self.run_in_batch(statement).await {
            InBatch::Ran(done) => done.map(|done| done.result.into()),
            InBatch::Other(statement) => self.call(self.executor().execute_raw(statement)).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let statement = Statement::from_string(self.get_database_backend(), sql);
        match self.run_in_batch(statement).await {
            InBatch::Ran(done) => done.map(|done| done.result.into()),
            InBatch::Other(_) => self.call(self.executor().execute_unprepared(sql)).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        check_values(&statement)?;
        match self.run_in_batch(statement).await {
            InBatch::Ran(done) => done.map(|done| done.rows.into_iter().next().map(Into::into)),
            InBatch::Other(statement) => self.call(self.executor().query_one_raw(statement)).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        check_values(&statement)?;
        match self.run_in_batch(statement).await {
            InBatch::Ran(done) => {
                done.map(|done| done.rows.into_iter().map(QueryResult::from).collect())
            }
            InBatch::Other(statement) => self.call(self.executor().query_all_raw(statement)).await,
        }
    }
}

/// The actions at the end of a write transaction.
#[derive(Debug)]
pub(super) struct End(pub(super) GroupCommit, pub(super) VisibleWrites);

/// A write transaction, or a single statement, which is one on its own. Fields drop in order: the
/// connection is returned before its turn ends.
#[derive(Debug)]
pub struct WriteTx(pub(super) Conn, pub(super) End, pub(super) Turn);

impl Deref for WriteTx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl WriteTx {
    /// Returns the handle for functions of the database library, which are generic.
    pub const fn conn(&self) -> &Conn {
        &self.0
    }

    /// Returns the transaction, for the migrations; [`StoreError::Query`] for a single statement.
    pub(super) fn transaction(&self) -> Result<&DatabaseTransaction> {
        match &self.0.session {
            Session::Transaction(tx) => Ok(tx),
            _ => Err(StoreError::from(DbErr::Custom(
                "this is no transaction".to_owned(),
            ))),
        }
    }

    /// Commits the transaction. Other readers may see it slightly before this returns.
    ///
    /// If the caller gives up meanwhile, the write counts as visible at once, though it may become
    /// so a moment later.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the database did not commit; then nothing has changed. After a
    /// failure of the connection or the disk the outcome is unknown.
    #[boxed]
    pub async fn commit(self) -> Result<()> {
        let Self(Conn { session, pool }, End(durable, visible), _turn) = self;
        match session {
            Session::Transaction(tx) => {
                let _visible = visible.begin();
                pool.call(tx.commit()).await?;
            }
            Session::Joined(mut part) => part.keep(),
            Session::Unread(statements, batches) => {
                let statements = statements.into_inner();
                let statements = statements.unwrap_or_else(PoisonError::into_inner);
                let ran = batches.write_all(statements).await;
                ran.inspect_err(|error| pool.last_full.note(error))?;
            }
            _ => {}
        }
        if mutant::is_disabled(Safeguard::BatchSync) {
            return Ok(());
        }
        durable.sync().await
    }

    /// Rolls back immediately, instead of some time after the drop. If the connection broke, the
    /// database rolls back on its own.
    #[boxed]
    pub async fn rollback(self) -> Result<()> {
        let Self(Conn { session, pool }, _end, _turn) = self;
        if let Session::Transaction(tx) = session {
            pool.call(tx.rollback()).await?;
        }
        Ok(())
    }
}
