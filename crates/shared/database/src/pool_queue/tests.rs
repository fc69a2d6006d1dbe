use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::error::ConnAcquireErr;

use super::{Handover, PoolQueue, STALL_TIMEOUT, Turn};

const LONG: Duration = Duration::from_secs(20);

fn is_refused(outcome: &Result<Turn, DbErr>) -> bool {
    matches!(
        outcome,
        Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    )
}

#[tokio::test]
async fn waiting_caller_in_stalled_queue_gets_error() {
    let turns = PoolQueue::on(2, LONG, Handover::default());
    let held = [turns.take().await.unwrap(), turns.take().await.unwrap()];
    let began = Instant::now();
    let outcome = tokio::time::timeout(LONG, turns.take()).await.unwrap();
    assert!(is_refused(&outcome), "{outcome:?}");
    assert!(began.elapsed() >= STALL_TIMEOUT);
    // A later caller is served immediately.
    drop(held);
    let _turn = turns.take().await.unwrap();
}

#[tokio::test]
async fn waiting_caller_in_moving_queue_is_served() {
    let turns = PoolQueue::on(1, LONG, Handover::default());
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let turns = turns.clone();
        all.spawn(async move {
            let _turn = turns.take().await?;
            // Together longer than the maximum wait for a stalled pool.
            tokio::time::sleep(STALL_TIMEOUT / 3).await;
            Ok::<_, DbErr>(())
        });
    }
    for outcome in all.join_all().await {
        assert_eq!(outcome, Ok(()));
    }
}

#[tokio::test]
async fn late_end_of_turn_does_not_extend_wait() {
    let max = STALL_TIMEOUT * 5 / 4;
    let turns = PoolQueue::on(2, max, Handover::default());
    let vain = turns.take().await.unwrap();
    let _held = turns.take().await.unwrap();
    tokio::time::sleep(max).await;
    let next = turns.clone();
    let next = tokio::spawn(async move { next.take().await });
    let began = Instant::now();
    let waiting = turns.take();
    let ending = async {
        tokio::time::sleep(STALL_TIMEOUT / 2).await;
        drop(vain);
    };
    let (outcome, ()) = tokio::join!(waiting, ending);
    // One of the two callers is served, and the other gets its error as early as without progress.
    let other = next.await.unwrap();
    let served = [&outcome, &other].into_iter().filter(|it| it.is_ok());
    assert_eq!(served.count(), 1, "{outcome:?} {other:?}");
    assert!(began.elapsed() < max, "{:?}", began.elapsed());
}

#[tokio::test]
async fn wait_is_limited_by_maximum() {
    let turns = PoolQueue::on(1, STALL_TIMEOUT / 4, Handover::default());
    let held = turns.take().await.unwrap();
    let began = Instant::now();
    let outcome = turns.take().await;
    assert!(is_refused(&outcome), "{outcome:?}");
    assert!(began.elapsed() < STALL_TIMEOUT);
    drop(held);
    // Without a pool there is no wait.
    let _turn = PoolQueue::default().take().await.unwrap();
}
