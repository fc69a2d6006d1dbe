use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::ResponseError as _;
use doorward_handover::Handover;
use futures_util::future::join_all;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DatabaseExecutor, DbBackend, DbErr, Statement};

use super::{BoundedReads, shares};
use crate::db;

/// A statement that never ends.
const ENDLESS: &str =
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT MAX(n) FROM s";

async fn reads(directory: &tempfile::TempDir, connections: u32, deadline: u64) -> BoundedReads {
    let url = format!("sqlite://{}/tasks.sqlite", directory.path().display());
    let handover = Handover::default();
    let main = db::connect(&url, 1, &handover).await.unwrap();
    let deadline = Duration::from_millis(deadline);
    let limits = (deadline, &handover);
    BoundedReads::open(&url, &main, connections, limits, &Arc::default())
        .await
        .unwrap()
}

async fn select(db: &DatabaseExecutor<'_>, sql: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(DbBackend::Sqlite, sql.to_owned());
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

#[rstest]
#[case(1, (1, 1))]
#[case(2, (1, 1))]
#[case(4, (1, 3))]
#[case(8, (2, 6))]
#[case(20, (4, 16))]
#[case(100, (4, 96))]
fn bounded_reads_leave_most_connections(#[case] all: u32, #[case] expected: (u32, u32)) {
    assert_eq!(shares(all), expected);
}

#[actix_web::test]
async fn endless_statement_is_stopped_at_deadline() {
    let directory = tempfile::tempdir().unwrap();
    let reads = reads(&directory, 1, 200).await;
    for _ in 0..3 {
        let began = Instant::now();
        let stopped = reads.run("ann", async |db| select(db, ENDLESS).await).await;
        assert_eq!(stopped.unwrap_err().status_code(), 400);
        assert!(began.elapsed() < Duration::from_secs(5));
        // The only connection is free again.
        let found = reads.run("bob", async |db| select(db, "SELECT 7").await);
        assert_eq!(found.await.unwrap(), 7);
    }
}

#[actix_web::test]
async fn statement_of_dropped_request_is_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let reads = reads(&directory, 1, 60_000).await;
    let endless = reads.run("ann", async |db| select(db, ENDLESS).await);
    let gone = tokio::time::timeout(Duration::from_millis(200), endless).await;
    assert!(gone.is_err());
    let began = Instant::now();
    let found = reads.run("ann", async |db| select(db, "SELECT 7").await);
    assert_eq!(found.await.unwrap(), 7);
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[actix_web::test]
async fn error_of_statement_is_no_deadline() {
    let directory = tempfile::tempdir().unwrap();
    let reads = reads(&directory, 1, 60_000).await;
    let failed = reads.run("ann", async |db| select(db, "SELECT nothing").await);
    assert_eq!(failed.await.unwrap_err().status_code(), 500);
}

#[actix_web::test]
async fn reads_of_user_run_one_at_a_time_and_few_wait() {
    let directory = tempfile::tempdir().unwrap();
    let reads = reads(&directory, 3, 60_000).await;
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let read = async |_: &DatabaseExecutor<'_>| {
        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
        most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        running.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    };
    let of_user = join_all((0..20).map(|_| reads.run("ann", read)));
    let found = of_user.await;
    let rejected = found.iter().filter_map(|found| found.as_ref().err());
    let rejected: Vec<_> = rejected
        .map(|problem| problem.status_code().as_u16())
        .collect();
    assert_eq!(rejected, [429; 11]);
    assert_eq!(most.load(Ordering::SeqCst), 1);
    let of_users = ["bob", "eve", "joe", "mia", "tom"].map(|user| reads.run(user, read));
    for found in join_all(of_users).await {
        found.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
}
