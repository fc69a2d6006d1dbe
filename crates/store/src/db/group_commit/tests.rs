use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::GroupCommit;

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
        error.lock().unwrap().recv().map_err(io::Error::other)
    });
    (durable, begins, go_on)
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
        1 => Err(io::Error::other("EIO")),
        _ => Ok(()),
    });
    durable.sync().await.unwrap();
    durable.check().unwrap();
    assert!(durable.sync().await.unwrap_err().is_unavailable());
    // The next sync would report success.
    assert!(durable.sync().await.unwrap_err().is_unavailable());
    assert!(durable.check().unwrap_err().is_unavailable());
    assert_eq!(syncs.load(Ordering::SeqCst), 2);
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
