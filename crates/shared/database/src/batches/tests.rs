use std::time::Duration;

use futures_util::FutureExt as _;
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult};

use super::super::conn::SingleWrites;
use super::*;
use crate::error::StoreError;
use crate::{Db, OpenOptions};

struct Scene {
    directory: tempfile::TempDir,
    db: Db,
    /// A flag for each reported statement: true if it failed.
    reports: Arc<Mutex<Vec<bool>>>,
}

fn together(db: &Db) -> Batches {
    match &db.single_writes {
        SingleWrites::Together(batches) => batches.clone(),
        SingleWrites::Alone(_) => panic!("SQLite runs single writes together"),
    }
}

async fn scene() -> Scene {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("one").display());
    let options = OpenOptions {
        acquire_timeout: Duration::from_millis(300),
        ..OpenOptions::default()
    };
    let mut db = Db::open(&url, options).await.unwrap();
    let create = "CREATE TABLE numbers (number integer UNIQUE)";
    let tx = db.begin_write().await.unwrap();
    tx.execute_unprepared(create).await.unwrap();
    tx.commit().await.unwrap();
    let reports: Arc<Mutex<Vec<bool>>> = Arc::default();
    let kept = Arc::clone(&reports);
    let batches = together(&db);
    db.use_batches(batches.observed(Arc::new(move |info: &Info<'_>| {
        kept.lock().unwrap().push(info.failed);
    })));
    Scene {
        directory,
        db,
        reports,
    }
}

fn insert(number: i64) -> Statement {
    let insert = "INSERT INTO numbers VALUES (?) RETURNING number";
    Statement::from_sql_and_values(DbBackend::Sqlite, insert, [number.into()])
}

fn number_of(row: SqliteRow) -> i64 {
    QueryResult::from(row).try_get("", "number").unwrap()
}

impl Scene {
    async fn numbers(&self) -> Vec<i64> {
        let ask = "SELECT number FROM numbers ORDER BY number";
        let ask = Statement::from_string(DbBackend::Sqlite, ask);
        let rows = self.db.read().query_all_raw(ask).await.unwrap();
        let read = rows.iter().map(|row| row.try_get("", "number").unwrap());
        read.collect()
    }

    /// Runs statements that wait together for a transaction that takes this long.
    async fn run_behind(
        &self,
        busy: Duration,
        statements: Vec<(Purpose, Statement)>,
    ) -> Vec<Result<Vec<i64>, DbErr>> {
        let tx = self.db.begin_write().await.unwrap();
        let batches = together(&self.db);
        let run = |(purpose, statement)| {
            let batches = batches.clone();
            tokio::spawn(async move { batches.run(purpose, statement).await })
        };
        let running: Vec<_> = statements.into_iter().map(run).collect();
        tokio::time::sleep(busy).await;
        tx.rollback().await.unwrap();
        let mut found = Vec::new();
        for one in running {
            let done = one.await.unwrap();
            found.push(done.map(|done| done.rows.into_iter().map(number_of).collect()));
        }
        found
    }
}

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn waiting_statements_run_by_one_call_for_each_text() {
    let scene = scene().await;
    let select = |number: i64| {
        let select = "SELECT number FROM numbers WHERE number = ?";
        Statement::from_sql_and_values(DbBackend::Sqlite, select, [number.into()])
    };
    let mut statements = vec![(Purpose::Write, insert(1)), (Purpose::Read, select(1))];
    statements.extend((2..=12).map(|number| (Purpose::Write, insert(number))));
    statements.push((Purpose::Read, select(3)));
    let before = scene.db.visible_writes().unwrap();
    let found = scene.run_behind(SHORT, statements).await;
    let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!((&found[0], &found[12]), (&vec![1], &vec![12]));
    // Reads come first, and see no write of their batch.
    assert!(found[1].is_empty() && found[13].is_empty(), "{found:?}");
    assert_eq!(scene.numbers().await, (1..=12).collect::<Vec<_>>());
    // Eight writes, and four.
    assert_eq!(scene.db.visible_writes(), Some(before + 2));
    assert_eq!(*scene.reports.lock().unwrap(), [false; 14]);
}

#[tokio::test]
async fn rejected_write_leaves_its_neighbours() {
    let scene = scene().await;
    let numbers = [1, 2, 2, 3];
    let statements = numbers.map(|number| (Purpose::Write, insert(number)));
    let found = scene.run_behind(SHORT, statements.into()).await;
    let stored = |index: usize| found[index].clone().ok();
    assert_eq!(stored(0), Some(vec![1]));
    assert_eq!(stored(1), Some(vec![2]));
    assert_eq!(stored(3), Some(vec![3]));
    let rejected = StoreError::from(found[2].clone().unwrap_err());
    assert!(rejected.is_conflict_on("number"), "{rejected:?}");
    assert_eq!(scene.numbers().await, [1, 2, 3]);
    let reports = scene.reports.lock().unwrap().clone();
    assert_eq!(reports.iter().filter(|failed| **failed).count(), 1);
    // The connection has no open transaction.
    let tx = scene.db.begin_write().await.unwrap();
    tx.commit().await.unwrap();
}

/// A number means a value of its statement, not of the first one of the call.
#[tokio::test]
async fn statements_with_numbered_parameters_keep_their_values() {
    let scene = scene().await;
    let mut statements = Vec::new();
    for (parameter, numbers) in [("$1", 1..4), ("?1", 4..7)] {
        let insert = format!("INSERT INTO numbers VALUES ({parameter}) RETURNING number");
        for number in numbers {
            let values = [i64::from(number).into()];
            let insert = Statement::from_sql_and_values(DbBackend::Sqlite, &insert, values);
            statements.push((Purpose::Write, insert));
        }
    }
    let found = scene.run_behind(SHORT, statements).await;
    assert!(found.iter().all(Result::is_ok), "{found:?}");
    assert_eq!(scene.numbers().await, (1..7).collect::<Vec<_>>());
}

#[tokio::test]
async fn failed_commit_fails_all_and_repeats_none() {
    let scene = scene().await;
    let tx = scene.db.begin_write().await.unwrap();
    // A reference that is checked at the commit only.
    tx.execute_unprepared(
        "CREATE TABLE late (number integer REFERENCES numbers (number) \
         DEFERRABLE INITIALLY DEFERRED)",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let late = |number: i64| {
        let insert = "INSERT INTO late VALUES (?) RETURNING number";
        Statement::from_sql_and_values(DbBackend::Sqlite, insert, [number.into()])
    };
    let batches = together(&scene.db);
    batches.run(Purpose::Write, insert(7)).await.unwrap();
    // Alone, the second one would succeed.
    let statements = [1, 7].map(|number| (Purpose::Write, late(number)));
    let found = scene.run_behind(SHORT, statements.into()).await;
    assert!(found.iter().all(Result::is_err), "{found:?}");
    batches.run(Purpose::Write, insert(8)).await.unwrap();
    assert_eq!(scene.numbers().await, [7, 8]);
    let ask = Statement::from_string(DbBackend::Sqlite, "SELECT number FROM late");
    assert!(scene.db.read().query_all_raw(ask).await.unwrap().is_empty());
}

#[tokio::test]
async fn statement_that_waits_too_long_never_runs() {
    let scene = scene().await;
    let statements = [1, 2].map(|number| (Purpose::Write, insert(number)));
    let found = scene
        .run_behind(Duration::from_secs(1), statements.into())
        .await;
    for outcome in found {
        let error = StoreError::from(outcome.unwrap_err());
        assert!(error.is_unavailable(), "{error:?}");
    }
    let batches = together(&scene.db);
    let given_up = batches.run(Purpose::Write, insert(3)).now_or_never();
    assert!(given_up.is_none());
    batches.run(Purpose::Write, insert(4)).await.unwrap();
    assert_eq!(scene.numbers().await, [4]);
}

/// A runtime that ends takes its task with it, not the queue.
#[test]
fn queue_outlives_runtime_of_its_task() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let (first, second) = (runtime().unwrap(), runtime().unwrap());
    let scene = second.block_on(scene());
    let batches = together(&scene.db);
    let tx = second.block_on(scene.db.begin_write()).unwrap();
    let abandoned = batches.clone();
    first.block_on(async move {
        let run = abandoned.run(Purpose::Write, insert(1));
        assert!(tokio::time::timeout(SHORT, run).await.is_err());
    });
    drop(first);
    second.block_on(async {
        tx.commit().await.unwrap();
        batches.run(Purpose::Write, insert(2)).await.unwrap();
        assert_eq!(scene.numbers().await, [2]);
        scene.db.close().await.unwrap();
        let closed = batches.run(Purpose::Write, insert(3)).await.unwrap_err();
        assert!(StoreError::from(closed).is_unavailable());
    });
    let left = std::fs::read_dir(scene.directory.path()).unwrap();
    assert_eq!(left.count(), 1, "the last connection removes the log");
}

/// Writes these numbers by an unread write, each by its own statement, behind a transaction.
async fn write_behind(scene: &Scene, writes: &[&[i64]]) -> Vec<bool> {
    let tx = scene.db.begin_write().await.unwrap();
    let run = |numbers: &[i64]| {
        let (db, numbers) = (scene.db.clone(), numbers.to_vec());
        tokio::spawn(async move {
            let write = db.begin_unread_write().await.unwrap();
            for number in numbers {
                write.execute_raw(insert(number)).await.unwrap();
            }
            write.commit().await.is_ok()
        })
    };
    let running: Vec<_> = writes.iter().copied().map(run).collect();
    tokio::time::sleep(SHORT).await;
    tx.rollback().await.unwrap();
    let mut kept = Vec::new();
    for one in running {
        kept.push(one.await.unwrap());
    }
    kept
}

#[tokio::test]
async fn unread_write_has_all_statements_or_none() {
    for (writes, kept, numbers) in [
        (&[&[1, 2][..]][..], &[true][..], &[1, 2][..]),
        (&[&[1, 1]], &[false], &[]),
        (&[&[]], &[true], &[]),
        (&[&[1, 2], &[3, 4]], &[true, true], &[1, 2, 3, 4]),
        // One that fails takes no other with it.
        (
            &[&[1, 2], &[3, 3], &[4, 5]],
            &[true, false, true],
            &[1, 2, 4, 5],
        ),
        (&[&[1], &[2, 3], &[4]], &[true, true, true], &[1, 2, 3, 4]),
    ] {
        let scene = scene().await;
        assert_eq!(write_behind(&scene, writes).await, kept, "{writes:?}");
        assert_eq!(scene.numbers().await, numbers, "{writes:?}");
        // The connection is free, and no transaction is open.
        assert_eq!(write_behind(&scene, &[&[9]]).await, [true]);
    }
}

#[tokio::test]
async fn unread_write_is_dropped_without_commit() {
    let scene = scene().await;
    let write = scene.db.begin_unread_write().await.unwrap();
    write.execute_raw(insert(1)).await.unwrap();
    write.rollback().await.unwrap();
    assert!(scene.numbers().await.is_empty());
    let numbered = "INSERT INTO numbers VALUES ($1)";
    let numbered = Statement::from_sql_and_values(DbBackend::Sqlite, numbered, [1.into()]);
    let write = scene.db.begin_unread_write().await.unwrap();
    write.execute_raw(insert(2)).await.unwrap();
    write.execute_raw(numbered).await.unwrap();
    assert!(write.commit().await.is_err());
    assert!(scene.numbers().await.is_empty());
}
