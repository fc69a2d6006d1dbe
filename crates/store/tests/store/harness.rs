//! Temporary databases for one test.

use std::panic::{AssertUnwindSafe, resume_unwind};

use doorward_store::{Db, OpenOptions};
use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
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
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.expect("the database migrates");
        test(&db).await;
        db.close().await.expect("the database closes");
    })
    .await;
}

/// Runs the test on an empty SQLite file and on an empty PostgreSQL database.
pub async fn on_both_databases(test: impl AsyncFn(&Place)) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!(
        "sqlite://{}",
        directory.path().join("store.sqlite").display()
    );
    test(&Place {
        url,
        _directory: Some(directory),
    })
    .await;

    let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| POSTGRES_DEFAULT.to_owned());
    if server == "off" {
        return;
    }
    let name = format!("doorward_store_{}", Uuid::new_v4().simple());
    execute(&server, &format!("CREATE DATABASE {name}")).await;
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let place = Place {
        url: format!("{base}/{name}"),
        _directory: None,
    };
    let outcome = AssertUnwindSafe(test(&place)).catch_unwind().await;
    execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Runs the test on two replicas over one migrated database of each kind.
pub async fn on_two_replicas(test: impl AsyncFn(&[Db; 2])) {
    on_both_databases(async |place| {
        let replicas = [place.open().await, place.open().await];
        replicas[0].migrate().await.expect("the database migrates");
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
