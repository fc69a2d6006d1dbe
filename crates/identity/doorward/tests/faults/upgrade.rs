//! Trial R11: a migration that is killed at any time is applied completely or not at all, and the
//! next start applies the rest.

use std::time::{Duration, Instant};

use doorward_migrations::identity::MIGRATIONS;
use doorward_testkit::Backend;
use doorward_testkit::backend::Storage;
use doorward_testkit::trial::Trial;
use doorward_testkit::{rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::process::Command;

use super::binary;

/// The number of migrations that were applied before.
const FIRST: usize = 5;

#[test]
fn r11_killed_migrations_are_continued_sqlite_memory() {
    stack::block_on(killed(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r11_killed_migrations_are_continued_postgres_redis() {
    stack::block_on(killed(Backend::PostgresRedis, "postgres"));
}

async fn killed(backend: Backend, store: &'static str) {
    let trial = Trial::new("R11", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let storage = first_schema(backend).await;
    let started = Instant::now();
    let done = migrate(&storage).output().await.unwrap();
    assert!(done.status.success(), "{done:?}");
    let mut whole = started.elapsed();
    let expected = schema(&storage).await;

    let (mut before, mut between, mut after) = (0, 0, 0);
    for round in 0..trial.size(12, 200) {
        let storage = first_schema(backend).await;
        let mut running = migrate(&storage).spawn().unwrap();
        tokio::time::sleep(whole.mul_f64(chance.random_range(0.2..1.1))).await;
        // SIGKILL; the process may have ended already.
        let _ = running.kill().await;
        let (applied, pending) = status(&storage).await;
        if pending == 0 {
            after += 1;
            if before + between == 0 {
                // The measured migration was slower than this one: the machine was busy.
                whole = whole.mul_f64(0.8);
            }
        } else if applied == FIRST {
            before += 1;
        } else {
            between += 1;
        }
        if backend == Backend::SqliteMemory {
            let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
            assert_eq!(
                rows::query_text(&storage.identity, ask).await,
                ["ok"],
                "round {round}"
            );
        }
        // PostgreSQL may need a moment to notice the client's end and to release the lock.
        let done = migrate(&storage).output().await.unwrap();
        assert!(done.status.success(), "round {round}: {done:?}");
        assert_eq!(status(&storage).await.1, 0);
        // A migration that was applied in part would fail here, or leave another schema.
        assert_eq!(schema(&storage).await, expected, "round {round}");
    }
    assert!(before + between > 0, "no migration was interrupted");
    trial.done(json!({
        "before_the_first": before, "between_two": between, "went_through": after,
        "whole_ms": whole.as_millis(),
    }));
}

/// Returns the definition of each column and index.
async fn schema(storage: &Storage) -> Vec<String> {
    let ask = if storage.identity.starts_with("sqlite") {
        "SELECT sql AS text FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql"
    } else {
        "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = 'public' UNION ALL \
         SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) \
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"
    };
    let found = rows::query_text(&storage.identity, ask).await;
    assert!(found.len() > 100, "{found:?}");
    found
}

/// Creates a database with the first migrations.
async fn first_schema(backend: Backend) -> Storage {
    let storage = Storage::create_empty(backend).await;
    let mut url = storage.identity.clone();
    if backend == Backend::SqliteMemory {
        url.push_str("?mode=rwc");
    }
    let connection = doorward_store::db::connect(url).await.unwrap();
    MIGRATIONS.up(&connection, FIRST).await.unwrap();
    connection.close().await.unwrap();
    storage
}

fn migrate(storage: &Storage) -> Command {
    command(storage, &["migrate", "up"])
}

fn command(storage: &Storage, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    command.env("DOORWARD_DATABASE_URL", &storage.identity);
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    command.kill_on_drop(true);
    command
}

/// Returns the number of applied and of pending migrations.
async fn status(storage: &Storage) -> (usize, usize) {
    let started = Instant::now();
    loop {
        let done = command(storage, &["migrate", "status", "--json"])
            .output()
            .await
            .unwrap();
        if let Ok(found) = serde_json::from_slice::<Value>(&done.stdout) {
            let count = |name: &str| found[name].as_array().map_or(0, Vec::len);
            return (count("applied"), count("pending"));
        }
        // The tables are locked until the server has noticed that the migration was killed.
        assert!(started.elapsed() < Duration::from_secs(30), "{done:?}");
    }
}
