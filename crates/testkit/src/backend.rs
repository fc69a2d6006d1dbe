//! Where a stack keeps its data: made for it, and gone with it.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use tempfile::TempDir;
use uuid::Uuid;

/// Names a PostgreSQL role that may create databases; `cargo xtask test` sets it.
pub const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";
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
    /// Makes empty databases.
    pub async fn create(backend: Backend) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("doorward-test-")
            .tempdir()
            .expect("a temporary directory");
        match backend {
            Backend::SqliteMemory => {
                let file = |name| format!("sqlite://{}", directory.path().join(name).display());
                Self {
                    identity: file("identity.sqlite"),
                    tasks: file("tasks.sqlite"),
                    redis: None,
                    databases: None,
                    _directory: directory,
                }
            }
            Backend::PostgresRedis => {
                let server = required(POSTGRES_URL);
                let run = Uuid::new_v4().simple().to_string();
                let names = ["identity", "tasks"].map(|part| format!("doorward_{run}_{part}"));
                execute(
                    &server,
                    names.iter().map(|name| format!("CREATE DATABASE {name}")),
                )
                .await
                .expect("CREATE DATABASE");
                Self {
                    identity: beside(&server, &names[0]),
                    tasks: beside(&server, &names[1]),
                    redis: Some(redis()),
                    databases: Some((server, names.to_vec())),
                    _directory: directory,
                }
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

/// The same server with another database name.
fn beside(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect(POSTGRES_URL);
    url.set_path(name);
    url.to_string()
}

async fn execute(server: &str, statements: impl Iterator<Item = String>) -> Result<(), DbErr> {
    let connection: DatabaseConnection = Database::connect(server).await?;
    for statement in statements {
        connection.execute_unprepared(&statement).await?;
    }
    connection.close().await
}
