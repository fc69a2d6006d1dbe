//! Where a stack keeps its data: made for it, and gone with it.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::postgres::{POSTGRES_URL, beside, execute};
use crate::template::{self, PARTS};

/// Names a Redis; `cargo xtask test` sets it.
pub const REDIS_URL: &str = "DOORWARD_TEST_REDIS_URL";

/// The two ways to run Doorward.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// One process: SQLite files, counters in memory.
    SqliteMemory,
    /// Several processes: PostgreSQL, counters in Redis.
    PostgresRedis,
}

/// The addresses of one stack's data.
#[derive(Debug)]
pub struct Storage {
    /// The identity server's database.
    pub identity: String,
    /// The tasks API's database.
    pub tasks: String,
    /// The shared Redis, where there is one.
    pub redis: Option<String>,
    /// Created databases with the address of the server that holds them.
    databases: Option<(String, Vec<String>)>,
    _directory: TempDir,
}

impl Storage {
    /// Makes databases with the schema of today and no rows.
    pub async fn create(backend: Backend) -> Self {
        Self::make(backend, true).await
    }

    /// Makes room for databases: no files at all, or databases without a table.
    pub async fn create_empty(backend: Backend) -> Self {
        Self::make(backend, false).await
    }

    async fn make(backend: Backend, migrated: bool) -> Self {
        let directory = directory();
        match backend {
            Backend::SqliteMemory => {
                let files = PARTS.map(|part| directory.path().join(format!("{part}.sqlite")));
                if migrated {
                    template::copy_files([&files[0], &files[1]]).await;
                }
                let [identity, tasks] = files.map(|file| format!("sqlite://{}", file.display()));
                Self {
                    identity,
                    tasks,
                    redis: None,
                    databases: None,
                    _directory: directory,
                }
            }
            Backend::PostgresRedis => {
                let server = required(POSTGRES_URL);
                let templates = if migrated {
                    template::databases(&server).await.map(Some)
                } else {
                    [None, None]
                };
                Self::on(server, templates, directory).await
            }
        }
    }

    /// Makes databases with the schema of today at a PostgreSQL of the test's own.
    pub async fn at(server: &str) -> Self {
        let storage = Self::on(server.to_owned(), [None, None], directory()).await;
        template::migrate([&storage.identity, &storage.tasks]).await;
        storage
    }

    async fn on(server: String, templates: [Option<&str>; 2], directory: TempDir) -> Self {
        let run = Uuid::new_v4().simple().to_string();
        let names = PARTS.map(|part| format!("doorward_{run}_{part}"));
        let pairs = names.iter().zip(templates);
        let statements = pairs.map(|(name, template)| match template {
            Some(template) => format!("CREATE DATABASE {name} TEMPLATE {template}"),
            None => format!("CREATE DATABASE {name}"),
        });
        execute(&server, statements).await.expect("CREATE DATABASE");
        Self {
            identity: beside(&server, &names[0]),
            tasks: beside(&server, &names[1]),
            redis: Some(redis()),
            databases: Some((server, names.to_vec())),
            _directory: directory,
        }
    }
}

impl Storage {
    /// Makes the identity server's database answer nobody (PostgreSQL), or let nobody write
    /// (SQLite, which is no server that could be away), until the outage ends.
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
        let connection = Database::connect(options).await.expect("the database");
        connection
            .execute_unprepared("BEGIN IMMEDIATE")
            .await
            .expect("the write lock");
        Outage::Locked(connection)
    }
}

/// A database that does not serve.
#[derive(Debug)]
pub enum Outage {
    /// PostgreSQL lets nobody in.
    Away {
        /// The server.
        server: String,
        /// The database.
        name: String,
    },
    /// SQLite's write lock is held.
    Locked(DatabaseConnection),
}

impl Outage {
    /// Serves again.
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
        // Dropping may happen inside an async test, where this thread must not wait on a runtime.
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
    let made = tempfile::Builder::new().prefix("doorward-test-").tempdir();
    made.expect("a temporary directory")
}

fn required(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or `cargo xtask services` beside")
    })
}

/// One of Redis's sixteen numbered databases for each stack, so that counters do not meet.
fn redis() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed) % 16;
    format!("{}/{number}", required(REDIS_URL).trim_end_matches('/'))
}

/// Runs statements as somebody with the database's own password could, past the program.
pub async fn tamper(url: &str, statements: &[String]) {
    execute(url, statements.iter().cloned())
        .await
        .expect("the statements run");
}
