use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::error::ConnAcquireErr;

use super::{PoolQueue, STILL, Turn};

const LONG: Duration = Duration::from_secs(20);

fn is_refused(outcome: &Result<Turn, DbErr>) -> bool {
    matches!(
        outcome,
        Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    )
}

#[tokio::test]
async fn whoever_waits_where_nothing_moves_is_told_within_a_second() {
    let turns = PoolQueue::on(2, LONG);
    let held = [turns.take().await.unwrap(), turns.take().await.unwrap()];
    let began = Instant::now();
    let outcome = tokio::time::timeout(LONG, turns.take()).await.unwrap();
    assert!(is_refused(&outcome), "{outcome:?}");
    assert!(began.elapsed() >= STILL);
    // A later caller is served immediately.
    drop(held);
    let _turn = turns.take().await.unwrap();
}

#[tokio::test]
async fn whoever_waits_where_it_moves_is_served_however_many_are_before() {
    let turns = PoolQueue::on(1, LONG);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let turns = turns.clone();
        all.spawn(async move {
            let _turn = turns.take().await?;
            // Together longer than the maximum wait for a stalled pool.
            tokio::time::sleep(STILL / 3).await;
            Ok::<_, DbErr>(())
        });
    }
    for outcome in all.join_all().await {
        assert_eq!(outcome, Ok(()));
    }
}

#[tokio::test]
async fn the_end_of_a_turn_that_took_too_long_is_no_hope() {
    let most = STILL * 5 / 4;
    let turns = PoolQueue::on(2, most);
    let vain = turns.take().await.unwrap();
    let _held = turns.take().await.unwrap();
    tokio::time::sleep(most).await;
    let next = turns.clone();
    let next = tokio::spawn(async move { next.take().await });
    let began = Instant::now();
    let waiting = turns.take();
    let ending = async {
        tokio::time::sleep(STILL / 2).await;
        drop(vain);
    };
    let (outcome, ()) = tokio::join!(waiting, ending);
    // One of the two callers is served, and the other gets its error as early as without progress.
    let other = next.await.unwrap();
    let served = [&outcome, &other].into_iter().filter(|it| it.is_ok());
    assert_eq!(served.count(), 1, "{outcome:?} {other:?}");
    assert!(began.elapsed() < most, "{:?}", began.elapsed());
}

#[tokio::test]
async fn nobody_waits_longer_than_the_most() {
    let turns = PoolQueue::on(1, STILL / 4);
    let held = turns.take().await.unwrap();
    let began = Instant::now();
    let outcome = turns.take().await;
    assert!(is_refused(&outcome), "{outcome:?}");
    assert!(began.elapsed() < STILL);
    drop(held);
    // Without a pool there is no wait.
    let _turn = PoolQueue::default().take().await.unwrap();
}
