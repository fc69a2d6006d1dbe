//! Opening the database, reading from it, and writing in transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{Connection as _, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, ExecResult, QueryResult, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::error::StoreError;

mod copy;
mod durable;
mod health;
mod migrate;
mod observe;
mod postgres_tools;
mod snapshot;
mod turns;
mod watch;

pub use copy::{Taken, take_over};
use durable::Durable;
pub use migrate::{Migrated, MigrationStatus, known_migrations};
pub use observe::{Ran, counting};
pub use postgres_tools::{PostgresTool, ToolError};
pub use snapshot::Snapshots;
use turns::{Turn, Turns};
use watch::Watch;

/// Where statements can be run: a [`Reader`] or a [`WriteTx`].
///
/// It exists so that the callers of [`repo`](crate::repo) need not name the database library.
pub trait Conn: ConnectionTrait {}

impl<T: ConnectionTrait> Conn for T {}

/// How to open a database.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The most connections to PostgreSQL, with the reserved ones.
    pub max_connections: u32,
    /// The most connections on which pages and lists read from SQLite; it has one more that writes,
    /// and two that are reserved.
    pub sqlite_readers: u32,
    /// How long to wait for a free connection before saying [`StoreError::Unavailable`]. Where PostgreSQL's
    /// all stand still, nobody waits that long.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL may work on one statement; SQLite has no such limit.
    pub statement_timeout: Duration,
    /// How long a call to PostgreSQL may take before it is asked for a sign of life, and how long that may
    /// take. Both together stay below the second within which an outage is to be answered (SECURITY §3.1);
    /// behind a command nobody waits.
    pub patience: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            sqlite_readers: 4,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            patience: Duration::from_millis(400),
        }
    }
}

/// How many connections are kept for what every token needs.
const RESERVED: u32 = 2;

/// A database: SQLite (one file, one writer, several readers) or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    read: Reader,
    reserved: Reader,
    write: DatabaseConnection,
    durable: Durable,
    /// How many write transactions have ended.
    ended: Arc<AtomicU64>,
}

impl Db {
    /// Opens `sqlite://path`, `sqlite::memory:` or `postgres://…`; a missing SQLite file is made,
    /// readable by its owner alone.
    ///
    /// # Errors
    /// [`StoreError::Address`] for another scheme or an address that cannot be read,
    /// [`StoreError::Unavailable`] when nothing answers within the acquire timeout.
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, &options).await
        } else if url.starts_with("sqlite:") {
            open_sqlite(url, &options).await
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StoreError::Address(format!(
                "the database address must begin with sqlite:// or postgres://, not {scheme}:"
            )))
        }
    }

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
pub struct Reader(DatabaseConnection, Watch, Turns);

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
struct End(Durable, Mark);

/// A write transaction. Its connection is given back before its turn.
#[derive(Debug)]
pub struct WriteTx(DatabaseTransaction, Watch, End, Turn);

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

fn quiet(url: &str, options: &OpenOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    connect
        .acquire_timeout(options.acquire_timeout)
        // Statements carry values that do not belong in logs or traces.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    connect
}

/// Connects without a word: the library traces the whole address, and with it the password (LG-1).
/// What goes wrong is in the error.
async fn connect_quietly(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let connecting = Database::connect(options);
    connecting.with_subscriber(NoSubscriber::default()).await
}

async fn open_postgres(url: &str, options: &OpenOptions) -> Result<Db, StoreError> {
    let pool = async |connections| {
        let mut connect = quiet(url, options);
        connect
            .max_connections(connections)
            .statement_timeout(options.statement_timeout)
            .set_application_name("doorward")
            // A connection in steady use needs no ping; one that rested may have been cut.
            .test_before_acquire_if_idle_for(Duration::from_secs(1));
        connect_quietly(connect).await
    };
    let reserved = pool(RESERVED).await?;
    let sharing = options.max_connections.saturating_sub(RESERVED).max(2);
    let shared = pool(sharing).await?;
    let turns = |connections| Turns::on(connections, options.acquire_timeout);
    let mut alone = quiet(url, options);
    // Connected in trouble alone, and let go of after it.
    alone.max_connections(1).connect_lazy(true);
    alone.idle_timeout(Duration::from_secs(10));
    let watch = Watch::over(connect_quietly(alone).await?, options.patience);
    Ok(Db {
        read: Reader(shared.clone(), watch.clone(), turns(sharing)),
        reserved: Reader(reserved, watch, turns(RESERVED)),
        write: shared,
        durable: Durable::default(),
        ended: Arc::default(),
    })
}

async fn open_sqlite(url: &str, options: &OpenOptions) -> Result<Db, StoreError> {
    let parsed: SqliteConnectOptions = url
        .parse()
        .map_err(|error| StoreError::Address(format!("the SQLite address is wrong: {error}")))?;
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    if !in_memory {
        create_private(&parsed)?;
    }
    let mut connect = quiet(url, options);
    connect
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .map_sqlx_sqlite_pool_opts(move |pool| {
            if in_memory {
                // Another connection would be another database.
                return pool;
            }
            pool.before_acquire(|connection, _| Box::pin(async move { Ok(is_at_rest(connection)) }))
        })
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .pragma("journal_mode", "wal")
                // Not "full": a commit is told of behind a sync that it shares (decision 71).
                .pragma("synchronous", "normal")
        });
    let write = connect_quietly(connect).await?;
    if in_memory {
        // A second connection would be a second, empty database.
        return Ok(Db {
            read: Reader(write.clone(), Watch::default(), Turns::default()),
            reserved: Reader(write.clone(), Watch::default(), Turns::default()),
            write,
            durable: Durable::default(),
            ended: Arc::default(),
        });
    }
    let durable = durable_log(&write, parsed.get_filename()).await?;
    let readers = async |connections| {
        let mut connect = quiet(url, options);
        connect
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .busy_timeout(Duration::from_secs(5))
                    .foreign_keys(true)
                    .pragma("query_only", "on")
            });
        let pool = connect_quietly(connect).await?;
        Ok::<_, DbErr>(Reader(pool, Watch::default(), Turns::default()))
    };
    Ok(Db {
        read: readers(options.sqlite_readers.max(1)).await?,
        reserved: readers(RESERVED).await?,
        write,
        durable,
        ended: Arc::default(),
    })
}

/// Whether a connection is in no transaction, as far as its driver knows.
///
/// A device that fails at a commit makes SQLite undo the transaction by itself. The driver then still counts
/// it: the next one would be a savepoint in it, and after a second failure one would stay open in which
/// everything later seems to be committed, and never is. Such a connection is not used again.
fn is_at_rest(connection: &SqliteConnection) -> bool {
    let open = connection.is_in_transaction();
    if open {
        tracing::warn!("SQLite has undone a transaction by itself: its connection is opened anew");
    }
    !open
}

/// The write-ahead log of an open SQLite file, without which a commit would not be durable.
async fn durable_log(
    write: &DatabaseConnection,
    file: &std::path::Path,
) -> Result<Durable, StoreError> {
    let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode");
    let answer = write.query_one_raw(ask).await?;
    let mode = answer.map(|row| row.try_get_by_index::<String>(0));
    if mode.transpose()?.as_deref() != Some("wal") {
        let words = "SQLite cannot keep a write-ahead log there, as on some network file systems; \
                     keep the database on a local disk, or use PostgreSQL";
        return Err(StoreError::Address(words.to_owned()));
    }
    Durable::of_log_of(file).map_err(StoreError::unavailable)
}

/// Makes the file before SQLite does, so that only its owner can read it; the files that SQLite
/// puts beside it get the same permissions.
fn create_private(sqlite: &SqliteConnectOptions) -> Result<(), StoreError> {
    let path = sqlite.get_filename();
    let mut open = std::fs::OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    match open.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::Address(format!(
            "the SQLite file {} cannot be made: {error}",
            path.display()
        ))),
    }
}
