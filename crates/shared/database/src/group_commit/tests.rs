use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use tokio::sync::mpsc;

use rustix::io::Errno;

use super::GroupCommit;
use super::sync_error::{Step, SyncError};
use crate::{Db, OpenOptions};

fn failed(error: Errno) -> SyncError {
    SyncError::new(Step::Sync, error.into())
}

/// Returns a disk that reports the start of a sync and finishes it on command.
fn slow_disk() -> (
    GroupCommit,
    mpsc::UnboundedReceiver<()>,
    std::sync::mpsc::Sender<()>,
) {
    let (session, begins) = mpsc::unbounded_channel();
    let (go_on, error) = std::sync::mpsc::channel();
    let error = std::sync::Mutex::new(error);
    let durable = GroupCommit::by(move || {
        session.send(()).unwrap();
        error.lock().unwrap().recv().map_err(|_| failed(Errno::IO))
    });
    (durable.unwrap(), begins, go_on)
}

#[tokio::test]
async fn commit_waits_for_sync_begun_after_commit() {
    let (durable, mut begins, go_on) = slow_disk();
    let keep = |durable: GroupCommit| tokio::spawn(async move { durable.sync().await });
    let first = keep(durable.clone());
    begins.recv().await.unwrap();
    // These commits return during the sync, too late to be included in it.
    let late: Vec<_> = (0..20).map(|_| keep(durable.clone())).collect();
    tokio::task::yield_now().await;
    go_on.send(()).unwrap();
    first.await.unwrap().unwrap();
    begins.recv().await.unwrap();
    assert!(late.iter().all(|one| !one.is_finished()));
    go_on.send(()).unwrap();
    for item in join_all(late).await {
        item.unwrap().unwrap();
    }
    // One sync covered all twenty.
    assert!(begins.try_recv().is_err());
}

#[tokio::test]
async fn cancelled_waiter_does_not_block_others() {
    let (durable, mut begins, go_on) = slow_disk();
    let waiting = durable.sync();
    let given_up = tokio::time::timeout(Duration::from_millis(1), waiting).await;
    assert!(given_up.is_err());
    begins.recv().await.unwrap();
    go_on.send(()).unwrap();
    go_on.send(()).unwrap();
    durable.sync().await.unwrap();
    begins.recv().await.unwrap();
}

#[tokio::test]
async fn failed_sync_keeps_store_unavailable() {
    let syncs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&syncs);
    let durable = GroupCommit::by(move || match counted.fetch_add(1, Ordering::SeqCst) {
        1 => Err(failed(Errno::IO)),
        _ => Ok(()),
    });
    let durable = durable.unwrap();
    durable.sync().await.unwrap();
    durable.check().unwrap();
    assert!(durable.sync().await.unwrap_err().is_unavailable());
    // The next sync would report success.
    assert!(durable.sync().await.unwrap_err().is_unavailable());
    assert!(durable.check().unwrap_err().is_unavailable());
    assert_eq!(syncs.load(Ordering::SeqCst), 2);
}

/// The process had no free descriptor, for example: the commit is not acknowledged, and the next one is.
#[tokio::test]
async fn store_recovers_after_sync_without_loss() {
    for (step, error) in [
        (Step::Open, Errno::MFILE),
        (Step::Open, Errno::NFILE),
        (Step::Open, Errno::NOMEM),
        (Step::Open, Errno::IO),
        (Step::Sync, Errno::MFILE),
        (Step::Sync, Errno::NOMEM),
    ] {
        let mut is_first = true;
        let durable = GroupCommit::by(move || {
            if std::mem::take(&mut is_first) {
                return Err(SyncError::new(step, error.into()));
            }
            Ok(())
        });
        let durable = durable.unwrap();
        assert!(durable.sync().await.unwrap_err().is_unavailable());
        durable.check().unwrap();
        durable.sync().await.unwrap();
    }
}

#[tokio::test]
async fn abandoned_caller_hides_no_failed_sync() {
    let (durable, mut begins, go_on) = slow_disk();
    let given_up = tokio::time::timeout(Duration::from_millis(1), durable.sync()).await;
    assert!(given_up.is_err());
    begins.recv().await.unwrap();
    drop(go_on);
    while !durable.is_broken() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    durable.sync().await.unwrap_err();
    assert!(begins.try_recv().is_err());
}

#[tokio::test]
async fn log_is_found_beside_target_of_link() {
    let directory = tempfile::tempdir().unwrap();
    let (file, link) = (directory.path().join("one"), directory.path().join("link"));
    std::fs::write(&file, "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let durable = GroupCommit::of_log_of(&link).unwrap();
    std::fs::write(directory.path().join("one-wal"), "").unwrap();
    durable.sync().await.unwrap();
    std::fs::remove_file(directory.path().join("one-wal")).unwrap();
    durable.sync().await.unwrap_err();
    GroupCommit::of_log_of(&directory.path().join("none")).unwrap_err();
}

/// A reader that has seen the write must not be followed by one that gets an older cached value.
#[tokio::test]
async fn write_counts_as_visible_before_its_sync() {
    for single in [false, true] {
        visible_before_sync(single).await;
    }
}

async fn visible_before_sync(single: bool) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("one").display());
    let mut db = Db::open(&url, OpenOptions::default()).await.unwrap();
    let (durable, mut begins, go_on) = slow_disk();
    db.durable = durable;
    let before = db.visible_writes().unwrap();
    let tx = if single {
        db.begin_single_write().unwrap()
    } else {
        db.begin_write().await.unwrap()
    };
    tx.execute_unprepared("CREATE TABLE seen (x)")
        .await
        .unwrap();
    let commit = tokio::spawn(tx.commit());
    begins.recv().await.unwrap();
    let read = db.read().execute_unprepared("SELECT x FROM seen").await;
    read.unwrap();
    assert!(!commit.is_finished());
    assert_eq!(db.visible_writes(), Some(before + 1));
    go_on.send(()).unwrap();
    commit.await.unwrap().unwrap();
    assert_eq!(db.visible_writes(), Some(before + 1));
}
