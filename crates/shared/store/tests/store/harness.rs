//! Temporary databases for one test.

use std::panic::{AssertUnwindSafe, resume_unwind};

use doorward_store::{Db, OpenOptions};
use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Variable with the URL of a PostgreSQL role that may create databases; `off` skips PostgreSQL.
const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";
const POSTGRES_DEFAULT: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// An empty database that several processes can open.
pub struct Place {
    /// Database URL.
    pub url: String,
    _directory: Option<TempDir>,
}

impl Place {
    /// Opens the database again, as another replica would.
    pub async fn open(&self) -> Db {
        let options = OpenOptions {
            max_connections: 8,
            ..OpenOptions::for_command()
        };
        Db::open(&self.url, options)
            .await
            .expect("the database opens")
    }
}

/// Runs the test on a migrated SQLite file and on a migrated PostgreSQL database.
pub async fn on_both(test: impl AsyncFn(&Db)) {
    Box::pin(on_places(true, async |place| {
        let db = place.open().await;
        test(&db).await;
        db.close().await.expect("the database closes");
    }))
    .await;
}

/// Runs the test on an empty SQLite file and on an empty PostgreSQL database.
pub async fn on_both_databases(test: impl AsyncFn(&Place)) {
    on_places(false, test).await;
}

/// Runs the test on a database of each kind, either migrated or empty.
async fn on_places(migrated: bool, test: impl AsyncFn(&Place)) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("store.sqlite");
    if migrated {
        std::fs::write(&file, migrated_file().await).expect("a copy of the migrated file");
    }
    test(&Place {
        url: format!("sqlite://{}", file.display()),
        _directory: Some(directory),
    })
    .await;

    let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| POSTGRES_DEFAULT.to_owned());
    if server == "off" {
        return;
    }
    let name = format!("doorward_store_{}", Uuid::new_v4().simple());
    let template = if migrated {
        format!(
            " TEMPLATE {} STRATEGY file_copy",
            migrated_database(&server).await
        )
    } else {
        String::new()
    };
    execute(&server, &format!("CREATE DATABASE {name}{template}")).await;
    let place = Place {
        url: at(&server, &name),
        _directory: None,
    };
    let outcome = AssertUnwindSafe(test(&place)).catch_unwind().await;
    execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Returns the migrated SQLite file of this process: migrating takes longer than most tests.
async fn migrated_file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(async || {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("store.sqlite");
        migrate(&format!("sqlite://{}", file.display())).await;
        std::fs::read(file).expect("the migrated file")
    })
    .await
}

/// Returns the name of the migrated PostgreSQL database of this process. The test kit removes it when it is
/// some hours old, like its own templates, which have names of this form.
async fn migrated_database(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(async || {
        let id = Uuid::now_v7();
        let (created, _) = id.get_timestamp().expect("a time").to_unix();
        let suffix = &id.simple().to_string()[24..];
        let name = format!("doorward_template_{created}_{suffix}_store");
        execute(server, &format!("CREATE DATABASE {name}")).await;
        migrate(&at(server, &name)).await;
        name
    })
    .await
}

async fn migrate(url: &str) {
    let db = Db::open(url, OpenOptions::for_command()).await;
    let db = db.expect("the database opens");
    db.migrate().await.expect("the database migrates");
    db.close().await.expect("the database closes");
}

/// Returns the URL of another database of this server.
fn at(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

/// Runs the test on two replicas over one migrated database of each kind.
pub async fn on_two_replicas(test: impl AsyncFn(&[Db; 2])) {
    on_places(true, async |place| {
        let replicas = [place.open().await, place.open().await];
        test(&replicas).await;
        for db in replicas {
            db.close().await.expect("the database closes");
        }
    })
    .await;
}

/// Returns how many of 32 concurrent callers on two replicas get `true`.
pub async fn race<F>(replicas: &[Db; 2], call: impl Fn(Db) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let mut callers = JoinSet::new();
    for number in 0..32 {
        callers.spawn(call(replicas[number % 2].clone()));
    }
    let received = callers.join_all().await;
    received.into_iter().filter(|won| *won).count()
}

/// Runs one statement on a separate connection.
pub async fn execute(url: &str, sql: &str) {
    let connection = doorward_store::db::connect(url)
        .await
        .expect("the database answers");
    connection
        .execute_unprepared(sql)
        .await
        .expect("the statement runs");
    connection.close().await.expect("the connection closes");
}

/// Runs one write in a separate transaction and commits it.
#[macro_export]
macro_rules! write {
    ($db:expr, $function:path $(, $argument:expr)* $(,)?) => {{
        let tx = $db.begin_write().await.expect("a transaction begins");
        let result = $function(&tx $(, $argument)*).await.expect("the write succeeds");
        tx.commit().await.expect("the transaction commits");
        result
    }};
}

/// Runs one write that must fail, and returns its error.
#[macro_export]
macro_rules! refused {
    ($db:expr, $function:path $(, $argument:expr)* $(,)?) => {{
        let tx = $db.begin_write().await.expect("a transaction begins");
        $function(&tx $(, $argument)*).await.expect_err("the write is refused")
    }};
}
