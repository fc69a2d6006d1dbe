//! Temporary databases.

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use tokio::sync::OnceCell;

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
    /// Creates an empty database.
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Sqlite(tempfile::tempdir().unwrap()),
            Backend::Postgres => {
                let name = format!("doorward_tasks_{}", uuid::Uuid::new_v4().simple());
                Self::create_postgres(name, "").await
            }
        }
    }

    async fn create_postgres(name: String, options: &str) -> Self {
        let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| POSTGRES_DEFAULT.into());
        execute(&server, &format!("CREATE DATABASE {name}{options}")).await;
        Self::Postgres {
            server: server.parse().unwrap(),
            name,
        }
    }

    /// Creates a database with the current schema: a copy, because migrating takes longer than most tests.
    pub async fn create_migrated(backend: Backend) -> Self {
        static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        match backend {
            Backend::Sqlite => {
                let file = FILE.get_or_init(async || {
                    let database = Self::create(backend).await;
                    migrate(&database.url()).await;
                    std::fs::read(database.file()).unwrap()
                });
                let database = Self::create(backend).await;
                std::fs::write(database.file(), file.await).unwrap();
                database
            }
            Backend::Postgres => {
                let template = TEMPLATE.get_or_init(async || {
                    let id = uuid::Uuid::now_v7();
                    let (created, _) = id.get_timestamp().unwrap().to_unix();
                    let suffix = &id.simple().to_string()[24..];
                    // The test kit removes former databases with names of this form.
                    let name = format!("doorward_template_{created}_{suffix}_api");
                    let template = Self::create_postgres(name.clone(), "").await;
                    migrate(&template.url()).await;
                    // Kept to the end of the process, which nothing notices.
                    std::mem::forget(template);
                    name
                });
                let name = format!("doorward_tasks_{}", uuid::Uuid::new_v4().simple());
                let options = format!(" TEMPLATE {} STRATEGY file_copy", template.await);
                Self::create_postgres(name, &options).await
            }
        }
    }

    /// Returns the path of an SQLite database.
    fn file(&self) -> std::path::PathBuf {
        match self {
            Self::Sqlite(directory) => directory.path().join("tasks.sqlite"),
            Self::Postgres { name, .. } => panic!("{name} is no file"),
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("sqlite://{}", self.file().display()),
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

async fn migrate(url: &str) {
    doorward_resource_server::db::migrate(url).await.unwrap();
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
