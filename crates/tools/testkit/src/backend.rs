//! The databases of a stack, created for it and deleted with it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::postgres::{POSTGRES_URL, database_url, execute};
use crate::template::{self, Part};

/// Variable with the URL of a Redis; `cargo xtask test` sets it.
pub const REDIS_URL: &str = "DOORWARD_TEST_REDIS_URL";

/// The two supported kinds of deployments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// A single process: SQLite files, counters in memory.
    SqliteMemory,
    /// Several processes: PostgreSQL, counters in Redis.
    PostgresRedis,
}

/// Variable that makes each flow run on both backends; `cargo xtask test --both` sets it.
const BOTH: &str = "DOORWARD_TEST_BOTH_BACKENDS";

impl Backend {
    /// Returns true in the long run, `cargo xtask test --both`.
    #[must_use]
    pub fn both_requested() -> bool {
        std::env::var_os(BOTH).is_some()
    }

    /// Returns the backends of a flow test: one that the name decides, so that each run covers both and repeats
    /// itself, or both if the environment asks for it. A failed test shows the one that is printed last.
    #[must_use]
    pub fn of_flow(test: &str) -> &'static [Self] {
        const ALL: [Backend; 2] = [Backend::SqliteMemory, Backend::PostgresRedis];
        let backends = if Self::both_requested() {
            &ALL[..]
        } else {
            let sum = test.bytes().map(usize::from).sum::<usize>();
            &ALL[sum % 2..=sum % 2]
        };
        eprintln!("{test} on {backends:?}");
        backends
    }
}

/// The URLs of one stack's data.
#[derive(Debug)]
pub struct Storage {
    /// URL of the identity server's database.
    pub identity: String,
    /// URL of the tasks API's database.
    pub tasks: String,
    /// URL of the shared Redis, if any.
    pub redis: Option<String>,
    /// PostgreSQL server of the databases, and their names.
    databases: Option<(String, [String; 2])>,
    directory: TempDir,
}

/// The tasks API's database before its creation: only a few tests use that API.
#[derive(Debug)]
pub(crate) enum TasksPart {
    /// An SQLite file.
    File(PathBuf),
    /// A database of a PostgreSQL server.
    Database { server: String, name: String },
}

impl TasksPart {
    /// Creates the database with the current schema.
    pub(crate) async fn create(&self) {
        match self {
            Self::File(path) => template::copy_file(Part::Tasks, path).await,
            Self::Database { server, name } => {
                create_databases(server, &[(name, Some(Part::Tasks))]).await;
            }
        }
    }
}

impl Storage {
    /// Creates both databases with the current schema and no rows.
    pub async fn create(backend: Backend) -> Self {
        let (storage, tasks) = Self::create_identity(backend).await;
        tasks.create().await;
        storage
    }

    /// Creates the identity server's database with the current schema, and names that of the tasks
    /// API.
    pub(crate) async fn create_identity(backend: Backend) -> (Self, TasksPart) {
        let storage = Self::name(backend);
        let tasks = if let Some((server, [identity, tasks])) = &storage.databases {
            create_databases(server, &[(identity, Some(Part::Identity))]).await;
            TasksPart::Database {
                server: server.clone(),
                name: tasks.clone(),
            }
        } else {
            template::copy_file(Part::Identity, &storage.file(Part::Identity)).await;
            TasksPart::File(storage.file(Part::Tasks))
        };
        (storage, tasks)
    }

    /// Creates databases without tables; for SQLite no files.
    pub async fn create_empty(backend: Backend) -> Self {
        let storage = Self::name(backend);
        storage.create_without_tables().await;
        storage
    }

    /// Creates both databases with the current schema on this PostgreSQL server.
    pub async fn at(server: &str) -> Self {
        let storage = Self::name_at(server.to_owned(), directory());
        storage.create_without_tables().await;
        template::migrate([&storage.identity, &storage.tasks]).await;
        storage
    }

    async fn create_without_tables(&self) {
        if let Some((server, [identity, tasks])) = &self.databases {
            create_databases(server, &[(identity, None), (tasks, None)]).await;
        }
    }

    fn name(backend: Backend) -> Self {
        let directory = directory();
        if backend == Backend::PostgresRedis {
            return Self::name_at(required(POSTGRES_URL), directory);
        }
        let mut storage = Self {
            identity: String::new(),
            tasks: String::new(),
            redis: None,
            databases: None,
            directory,
        };
        let [identity, tasks] =
            Part::ALL.map(|part| format!("sqlite://{}", storage.file(part).display()));
        (storage.identity, storage.tasks) = (identity, tasks);
        storage
    }

    fn name_at(server: String, directory: TempDir) -> Self {
        let run = Uuid::new_v4().simple().to_string();
        let names = Part::ALL.map(|part| format!("doorward_{run}_{}", part.name()));
        Self {
            identity: database_url(&server, &names[0]),
            tasks: database_url(&server, &names[1]),
            redis: Some(redis()),
            databases: Some((server, names)),
            directory,
        }
    }

    fn file(&self, part: Part) -> PathBuf {
        let name = format!("{}.sqlite", part.name());
        self.directory.path().join(name)
    }
}

/// Creates databases, each without tables or as a copy of the template of a part.
async fn create_databases(server: &str, wanted: &[(&String, Option<Part>)]) {
    let mut statements = Vec::new();
    for (name, part) in wanted {
        statements.push(match part {
            Some(part) => {
                let template = template::database(server, *part).await;
                // Copying files takes half the time of writing the copy to the log.
                format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
            }
            None => format!("CREATE DATABASE {name}"),
        });
    }
    let created = execute(server, statements.into_iter()).await;
    created.expect("CREATE DATABASE");
}

impl Storage {
    /// Makes the identity server's database reject connections (PostgreSQL) or writes (SQLite,
    /// which has no server), until the outage ends.
    pub async fn interrupt(&self) -> Outage {
        if let Some((server, names)) = &self.databases {
            let name = names[0].clone();
            let statements = [
                format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
                format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                ),
            ];
            execute(server, statements.into_iter())
                .await
                .expect("an outage");
            return Outage::Away {
                server: server.clone(),
                name,
            };
        }
        let mut options = ConnectOptions::new(&self.identity);
        options.max_connections(1);
        let connection = doorward_store::db::connect(options)
            .await
            .expect("the database");
        connection
            .execute_unprepared("BEGIN IMMEDIATE")
            .await
            .expect("the write lock");
        Outage::Locked(connection)
    }
}

/// A database outage.
#[derive(Debug)]
pub enum Outage {
    /// PostgreSQL rejects connections.
    Away {
        /// Server URL.
        server: String,
        /// Database name.
        name: String,
    },
    /// SQLite's write lock is held.
    Locked(DatabaseConnection),
}

impl Outage {
    pub async fn end(self) {
        match self {
            Self::Away { server, name } => {
                let again = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
                execute(&server, std::iter::once(again))
                    .await
                    .expect("the database");
            }
            Self::Locked(connection) => {
                connection
                    .execute_unprepared("ROLLBACK")
                    .await
                    .expect("ROLLBACK");
                connection.close().await.expect("close");
            }
        }
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let Some((server, names)) = self.databases.take() else {
            return;
        };
        // `drop` may run inside an async test, where this thread must not wait on a runtime.
        let dropped = std::thread::spawn(move || {
            let statements = names
                .into_iter()
                .map(|name| format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(execute(&server, statements))
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("test databases were not dropped: {dropped:?}");
        }
    }
}

fn directory() -> TempDir {
    let created = tempfile::Builder::new().prefix("doorward-test-").tempdir();
    created.expect("a temporary directory")
}

fn required(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or `cargo xtask services` beside")
    })
}

/// Returns one of Redis's sixteen numbered databases for each stack, so that counters do not
/// collide. The last one is [`separate_redis`].
fn redis() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    numbered_redis(NEXT.fetch_add(1, Ordering::Relaxed) % 15)
}

/// Returns the URL of a Redis database that no stack uses, for the test that deletes everything in it.
pub fn separate_redis() -> String {
    numbered_redis(15)
}

fn numbered_redis(number: u32) -> String {
    format!("{}/{number}", required(REDIS_URL).trim_end_matches('/'))
}

/// Runs statements as an attacker with the database's password could, bypassing the program.
pub async fn tamper(url: &str, statements: &[String]) {
    execute(url, statements.iter().cloned())
        .await
        .expect("the statements run");
}
