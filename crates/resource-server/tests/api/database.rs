//! Temporary databases.

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};

const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";
const POSTGRES_DEFAULT: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// The database system of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A temporary database, dropped with this value.
pub enum TestDatabase {
    Sqlite(tempfile::TempDir),
    Postgres { server: url::Url, name: String },
}

impl TestDatabase {
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Sqlite(tempfile::tempdir().unwrap()),
            Backend::Postgres => {
                let server =
                    std::env::var(POSTGRES_URL).unwrap_or_else(|_| POSTGRES_DEFAULT.into());
                let name = format!("doorward_tasks_{}", uuid::Uuid::new_v4().simple());
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                Self::Postgres {
                    server: server.parse().unwrap(),
                    name,
                }
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(directory) => {
                format!("sqlite://{}/tasks.sqlite", directory.path().display())
            }
            Self::Postgres { server, name } => {
                let mut url = server.clone();
                url.set_path(name);
                url.into()
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            let server = server.to_string();
            let statement = format!("DROP DATABASE {name} WITH (FORCE)");
            // `drop` cannot be asynchronous, and this thread may be inside a runtime.
            let dropper = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(execute(&server, &statement));
            });
            dropper.join().unwrap();
        }
    }
}

/// Opens a database without the maintenance of idle connections, whose loop may never end
/// (sqlx issue 3645).
#[expect(clippy::disallowed_methods, reason = "the only call of these tests")]
pub async fn connect(options: impl Into<ConnectOptions>) -> DatabaseConnection {
    let mut options = options.into();
    options.idle_timeout(None).max_lifetime(None);
    Database::connect(options).await.expect("the database")
}

/// Runs one statement on a separate connection.
pub async fn execute(server: &str, statement: &str) {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    let db = connect(options).await;
    db.execute_unprepared(statement).await.unwrap();
    db.close().await.unwrap();
}
