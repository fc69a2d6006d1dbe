//! Opening the database.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::boxed;
use doorward_handover::{Handover, HostChoice, Outage};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{Connection as _, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr,
    RuntimeErr, Statement,
};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;
use url::Url;

use super::batches::Batches;
use super::conn::{Conn, Pool, Session, SingleWrites};
use super::database::Db;
use super::file_access;
use super::group_commit::GroupCommit;
use super::hosts::{Hosts, of_connecting, with_check};
use super::liveness::{LastLoss, LivenessWatch};
use super::pool_queue::PoolQueue;
use super::visible_writes::VisibleWrites;
use super::write_probe::{LastFull, WriteProbe};
use crate::error::{Result, StoreError};

#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Maximum number of connections to PostgreSQL, including the reserved ones.
    pub max_connections: u32,
    /// Maximum number of SQLite connections for pages and lists; SQLite has one more that writes,
    /// and two that are reserved.
    pub sqlite_readers: u32,
    /// Maximum wait for a free connection before [`StoreError::Unavailable`]. If all connections of
    /// PostgreSQL are stalled, the wait ends earlier.
    pub acquire_timeout: Duration,
    /// Maximum duration of one statement on PostgreSQL; SQLite has no such limit.
    pub statement_timeout: Duration,
    /// Duration of a call to PostgreSQL before a ping, and timeout of the ping. Together they stay
    /// below the second within which an outage must be reported; commands may use more.
    pub time_limit: Duration,
    /// Opens the connections to PostgreSQL that the first requests need; otherwise the first
    /// statement waits for the second connection, if it needs one.
    pub ahead: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            sqlite_readers: 4,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            time_limit: Duration::from_millis(400),
            ahead: true,
        }
    }
}

impl OpenOptions {
    /// Returns the options of a command, which no request waits for: a busy machine must not abort a
    /// migration or an archive (decision 67), and one connection is enough.
    #[must_use]
    pub fn for_command() -> Self {
        let patience = Duration::from_secs(10);
        Self {
            acquire_timeout: patience,
            statement_timeout: Duration::from_mins(1),
            time_limit: patience,
            ahead: false,
            ..Self::default()
        }
    }
}

/// Maximum number of rows that the thread of a SQLite connection reads ahead. Beyond it, each row
/// costs a change of threads; the buffer grows with the rows of a statement only.
const ROW_BUFFER: usize = 1024;

/// Number of texts that the connection for writes keeps compiled: those of transactions, and up to eight
/// for each single write and for each read before it.
const COMPILED: usize = 256;

/// Number of connections reserved for the reads that every token needs.
const RESERVED: u32 = 2;

impl Db {
    /// Creates a database whose readers and writers share one pool.
    fn of_one_pool(write: Pool) -> Self {
        let read = read_from(write.clone());
        let visible = VisibleWrites::default();
        Self {
            read: read.clone(),
            reserved: read.clone(),
            before_write: read,
            write,
            durable: GroupCommit::default(),
            visible: visible.clone(),
            single_writes: SingleWrites::Alone(visible),
            maintenance: None,
            probe: WriteProbe::default(),
            enclosing: None,
        }
    }

    /// Opens `sqlite://path`, `sqlite::memory:` or `postgres://…`, also with several hosts. Creates a
    /// missing SQLite file with access for its owner only.
    ///
    /// # Errors
    /// Returns [`StoreError::Address`] for another scheme or a malformed URL, and
    /// [`StoreError::Unavailable`] if the database does not respond within the acquire timeout.
    #[boxed]
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Box::pin(open_postgres(url, &options)).await
        } else if url.starts_with("sqlite:") {
            Box::pin(open_sqlite(&without_host(url), &options)).await
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StoreError::Address(format!(
                "the database address must begin with sqlite:// or postgres://, not {scheme}:"
            )))
        }
    }
}

fn quiet(url: &str, options: &OpenOptions) -> ConnectOptions {
    let mut pool_options = ConnectOptions::new(url);
    pool_options
        .acquire_timeout(options.acquire_timeout)
        // Statements contain values that must not appear in logs or traces.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    pool_options
}

/// Opens a pool of connections. Every pool of the identity server, its commands and tests is opened
/// here.
///
/// Connects without tracing, because the driver traces the whole URL, including the password. Starts
/// no maintenance of idle connections, because its loop may never end and then blocks a thread: it
/// runs as many times as a counter says, and the counter wraps if one thread takes the connection
/// that another one is returning (sqlx issue 3645; corrected after sqlx 0.9.0).
pub async fn connect(options: impl Into<ConnectOptions>) -> Result<DatabaseConnection, DbErr> {
    let mut options = options.into();
    // The text of the driver would contain the URL with its password.
    if Url::parse(options.get_url()).is_err() {
        let text = "the database address is not a URL".to_owned();
        return Err(DbErr::Conn(RuntimeErr::Internal(text)));
    }
    options.idle_timeout(None).max_lifetime(None);
    #[expect(clippy::disallowed_methods, reason = "the only call")]
    let connecting = Database::connect(options);
    connecting.with_subscriber(NoSubscriber::default()).await
}

/// Age from which a connection to PostgreSQL is closed after its use, so that the server's memory for
/// it is freed and a changed address of the server is followed.
const LIFETIME: Duration = Duration::from_mins(30);

/// Idle time from which the connection for pings is replaced: a network may have dropped it without
/// a notice, and the ping would seem to show an outage.
const IDLE_PING: Duration = Duration::from_secs(10);

/// Idle time from which a connection is checked by a ping before its use: it may have been closed.
const IDLE_CHECK: Duration = Duration::from_secs(1);

/// The rules by which connections to PostgreSQL are used again.
#[derive(Clone)]
struct Reuse {
    handover: Handover,
    choice: HostChoice,
    loss: LastLoss,
}

impl Reuse {
    fn admits(&self, age: Duration) -> bool {
        self.handover.admits(age) && self.choice.admits(age) && self.loss.keeps(age)
    }

    fn keeps(&self, age: Duration) -> bool {
        age < LIFETIME
            && self.handover.admits(age)
            && self.choice.keeps(age)
            && self.loss.keeps(age)
    }
}

/// Returns the options of a pool that requests share.
fn shared_pool(hosts: &Hosts, reuse: &Reuse, options: &OpenOptions) -> ConnectOptions {
    let [taken, released] = [reuse.clone(), reuse.clone()];
    let (first, requires_writable) = (hosts.first_options(), hosts.requires_writable());
    let mut pool_options = quiet(hosts.url(), options);
    pool_options
        .map_sqlx_postgres_opts(move |_| first.clone())
        .test_before_acquire(false)
        .map_sqlx_postgres_before_acquire(move |connection, of| {
            let (is_usable, is_idle) = (taken.admits(of.age), of.idle_for >= IDLE_CHECK);
            let choice = taken.choice.clone();
            Box::pin(async move {
                // A connection in steady use needs no ping. A former one is closed without: a frozen
                // server would not respond.
                if is_usable && is_idle {
                    let ping = connection.ping().await;
                    ping.inspect_err(|_| choice.report(Outage::Lost))?;
                }
                Ok(is_usable)
            })
        })
        .map_sqlx_postgres_pool_opts(move |pool| {
            let kept = released.clone();
            let pool = pool.after_release(move |_, of| {
                let is_kept = kept.keeps(of.age);
                Box::pin(async move { Ok(is_kept) })
            });
            with_check(pool, &released.choice, requires_writable)
        });
    pool_options
}

/// Returns the options of the pool for pings, which connects on the first slow call.
fn ping_pool(hosts: &Hosts, reuse: &Reuse, options: &OpenOptions) -> ConnectOptions {
    let (choice, requires_writable) = (reuse.choice.clone(), hosts.requires_writable());
    let (reuse, time_limit) = (reuse.clone(), options.time_limit);
    let mut pool_options = quiet(hosts.url(), options);
    if choice.generation().is_some() {
        let first = hosts.first_options();
        pool_options.map_sqlx_postgres_opts(move |_| first.clone());
    }
    pool_options
        .max_connections(1)
        .connect_lazy(true)
        .test_before_acquire(false)
        .map_sqlx_postgres_before_acquire(move |_, of| {
            let is_usable = of.idle_for < IDLE_PING && reuse.admits(of.age);
            Box::pin(async move { Ok(is_usable) })
        })
        .map_sqlx_postgres_pool_opts(move |pool| {
            let pool = pool.after_release(move |connection, _| {
                // After a ping without a response the driver would wait for it, and block the next one.
                Box::pin(async move {
                    let ping = tokio::time::timeout(time_limit, connection.ping());
                    Ok(matches!(ping.await, Ok(Ok(()))))
                })
            });
            with_check(pool, &choice, requires_writable)
        });
    pool_options
}

async fn open_postgres(url: &str, options: &OpenOptions) -> Result<Db> {
    let hosts = Hosts::find(url, options.statement_timeout).await?;
    let handover = Handover::default();
    let reuse = Reuse {
        handover: handover.clone(),
        choice: hosts.choice.clone(),
        loss: LastLoss::default(),
    };
    let pool = |connections| {
        let mut pool_options = shared_pool(&hosts, &reuse, options);
        pool_options.max_connections(connections);
        pool_options
    };
    let sharing = options.max_connections.saturating_sub(RESERVED).max(2);
    let (mut of_tokens, mut of_all) = (pool(RESERVED), pool(sharing));
    // A connection costs tens of milliseconds with TLS. The start waits for one only.
    of_tokens.connect_lazy(!options.ahead);
    of_all.connect_lazy(options.ahead);
    let reserved = connect(of_tokens).await.map_err(of_connecting)?;
    let shared = connect(of_all).await.map_err(of_connecting)?;
    let first = if options.ahead { &reserved } else { &shared };
    let first = first.get_postgres_connection_pool();
    hosts.reject_unusable(first).await?;
    if options.ahead {
        let first = shared.clone();
        tokio::spawn(async move { first.ping().await }.with_subscriber(NoSubscriber::default()));
    }
    let turns = |connections| PoolQueue::on(connections, options.acquire_timeout, handover.clone());
    let pings = connect(ping_pool(&hosts, &reuse, options)).await?;
    let pools = [&shared, &reserved, &pings];
    let watched = pools.map(|pool| pool.get_postgres_connection_pool().clone());
    let Reuse { choice, loss, .. } = reuse;
    let watch = LivenessWatch::new(pings, options.time_limit, handover.clone(), choice, loss);
    if options.ahead {
        hosts.watch(watched.to_vec());
    }
    let write = Pool {
        connections: shared,
        watch: watch.clone(),
        turns: turns(sharing),
        last_full: LastFull::default(),
    };
    let reserved = read_from(Pool {
        connections: reserved,
        watch,
        turns: turns(RESERVED),
        last_full: write.last_full.clone(),
    });
    Ok(Db {
        reserved,
        ..Db::of_one_pool(write)
    })
}

fn read_from(pool: Pool) -> Arc<Conn> {
    Arc::new(Conn::new(pool, Session::Read))
}

/// Returns the address of an SQLite file without `//`, after which the first part of a relative path
/// would be a host, which has no spaces.
pub(super) fn without_host(url: &str) -> String {
    match url.strip_prefix("sqlite://") {
        Some(path) => format!("sqlite:{path}"),
        None => url.to_owned(),
    }
}

/// Reads the address of an SQLite file. The driver's error would show a part of it, which may be a password.
pub(super) fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    url.parse().map_err(|_| {
        StoreError::Address(
            "the SQLite address is wrong: it has a path, and after ? only mode, cache, immutable and vfs"
                .to_owned(),
        )
    })
}

async fn open_sqlite(url: &str, options: &OpenOptions) -> Result<Db> {
    let parsed = sqlite_options(url)?;
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    if !in_memory {
        create_private(&parsed)?;
        file_access::check(parsed.get_filename())?;
    }
    let mut pool_options = quiet(url, options);
    pool_options
        .max_connections(1)
        .min_connections(1)
        .test_before_acquire(false)
        .map_sqlx_sqlite_pool_opts(move |pool| {
            if in_memory {
                // Another connection would open another database.
                return pool;
            }
            pool.before_acquire(|connection, _| Box::pin(async move { Ok(is_at_rest(connection)) }))
        })
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .row_buffer_size(ROW_BUFFER)
                .statement_cache_capacity(COMPILED)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .pragma("journal_mode", "wal")
                // Not "full": the caller of a commit waits for a shared sync instead (decision 71).
                .pragma("synchronous", "normal")
        });
    let write = connect(pool_options).await?;
    let last_full = LastFull::default();
    let unguarded = |connections| Pool {
        connections,
        watch: LivenessWatch::default(),
        turns: PoolQueue::default(),
        last_full: last_full.clone(),
    };
    let mut shared = Db::of_one_pool(unguarded(write.clone()));
    let pool = write.get_sqlite_connection_pool().clone();
    shared.use_batches(Batches::new(pool, shared.visible.clone()));
    if in_memory {
        // A second connection would open a second, empty database.
        return Ok(shared);
    }
    let durable = durable_log(&write, parsed.get_filename()).await?;
    let readers = async |connections| {
        let mut pool_options = quiet(url, options);
        pool_options
            .max_connections(connections)
            .test_before_acquire(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .row_buffer_size(ROW_BUFFER)
                    .busy_timeout(Duration::from_secs(5))
                    .foreign_keys(true)
                    .pragma("query_only", "on")
            });
        let pool = connect(pool_options).await?;
        Ok::<_, DbErr>(read_from(unguarded(pool)))
    };
    let (read, reserved) =
        tokio::try_join!(readers(options.sqlite_readers.max(1)), readers(RESERVED))?;
    let mut alone = quiet(url, options);
    alone
        .max_connections(1)
        .connect_lazy(true)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(Duration::ZERO));
    Ok(Db {
        read,
        reserved,
        durable,
        maintenance: Some(connect(alone).await?),
        ..shared
    })
}

/// Returns true if the driver reports no open transaction on a connection.
///
/// If a device fails during a commit, SQLite rolls the transaction back on its own. The driver
/// still counts it: the next transaction would be a savepoint in it, and after a second failure one
/// would stay open, in which later commits seem to succeed but never do. Such a connection is not
/// used again.
fn is_at_rest(connection: &SqliteConnection) -> bool {
    let open = connection.is_in_transaction();
    if open {
        tracing::warn!("SQLite rolled back a transaction on its own; its connection is reopened");
    }
    !open
}

/// Returns the write-ahead log of an open SQLite file, which must be synced for durable commits.
async fn durable_log(write: &DatabaseConnection, file: &std::path::Path) -> Result<GroupCommit> {
    let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode");
    let answer = write.query_one_raw(ask).await?;
    let mode = answer.map(|row| row.try_get_by_index::<String>(0));
    if mode.transpose()?.as_deref() != Some("wal") {
        let words = "SQLite cannot keep a write-ahead log there, as on some network file systems; \
                     keep the database on a local disk, or use PostgreSQL";
        return Err(StoreError::Address(words.to_owned()));
    }
    GroupCommit::of_log_of(file).map_err(StoreError::unavailable)
}

/// Creates the file before SQLite does, with access for its owner only; SQLite's additional files
/// get the same permissions.
fn create_private(sqlite: &SqliteConnectOptions) -> Result<()> {
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
