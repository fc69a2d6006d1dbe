use std::time::Duration;

use doorward_handover::{Handover, HostChoice};
use sea_orm::{ConnectOptions, DbErr};
use tokio::net::TcpListener;

use super::{LastLoss, LivenessWatch};
use crate::OpenOptions;

/// Creates a check for a server that accepts connections and never responds, as a frozen one.
async fn over_a_frozen_server(loss: LastLoss) -> (LivenessWatch, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://nobody@{}/none", listener.local_addr().unwrap());
    let mut options = ConnectOptions::new(url);
    options.connect_lazy(true).max_connections(1);
    (
        LivenessWatch::new(
            crate::connect(options).await.unwrap(),
            OpenOptions::default().time_limit,
            Handover::default(),
            HostChoice::default(),
            loss,
        ),
        listener,
    )
}

async fn never() -> Result<(), DbErr> {
    std::future::pending().await
}

#[tokio::test]
async fn call_without_server_ends_within_second() {
    let loss = LastLoss::default();
    let (watch, _frozen) = over_a_frozen_server(loss.clone()).await;
    assert!(loss.keeps(Duration::MAX));
    let outcome = tokio::time::timeout(Duration::from_secs(20), watch.call(never())).await;
    assert!(matches!(outcome, Ok(Err(DbErr::Conn(_)))), "{outcome:?}");
    let ended = std::time::Instant::now();
    // Its connection does not return to the pool, a new one does.
    assert!(!loss.keeps(Duration::from_mins(1)) && loss.keeps(Duration::ZERO));
    // During the pause no further ping is sent.
    let again = watch.call(never()).await;
    assert!(matches!(again, Err(DbErr::Conn(_))), "{again:?}");
    assert!(ended.elapsed() < super::PAUSE);
}

/// Checks that a server that executes statements counts as alive, even if it accepts no connection for
/// a ping.
#[tokio::test]
async fn response_to_another_call_is_sign_of_life() {
    let (watch, _frozen) = over_a_frozen_server(LastLoss::default()).await;
    let time_limit = OpenOptions::default().time_limit;
    let slow = watch.call(async {
        tokio::time::sleep(time_limit * 6).await;
        Ok::<_, DbErr>(1)
    });
    let others = async {
        for _ in 0..60 {
            tokio::time::sleep(time_limit / 10).await;
            assert_eq!(watch.call(async { Ok::<_, DbErr>(2) }).await, Ok(2));
        }
    };
    let (slow, ()) = tokio::join!(slow, others);
    assert_eq!(slow, Ok(1));
}

#[tokio::test]
async fn completed_call_succeeds_and_unwatched_call_has_no_limit() {
    let (watch, _frozen) = over_a_frozen_server(LastLoss::default()).await;
    assert_eq!(watch.call(async { Ok::<_, DbErr>(1) }).await, Ok(1));
    let long = async {
        tokio::time::sleep(OpenOptions::default().time_limit * 3).await;
        Ok::<_, DbErr>(2)
    };
    assert_eq!(LivenessWatch::default().call(long).await, Ok(2));
}

/// A session that can only be read stays so when the server may write again.
#[tokio::test]
async fn sessions_end_after_error_of_their_state() {
    let loss = LastLoss::default();
    let (hour, now) = (Duration::from_hours(1), Duration::ZERO);
    assert!(loss.admits(hour) && loss.keeps(hour));
    loss.end_sessions();
    let ended = std::time::Instant::now();
    // Neither a connection in use nor an idle one is used again; a new one is.
    assert!(!loss.admits(hour) && !loss.keeps(hour));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(loss.admits(now) && loss.keeps(now));
    // A second error soon afterwards does not end the new ones.
    let age = ended.elapsed();
    loss.end_sessions();
    assert!(loss.keeps(age / 2));
    tokio::time::sleep(super::PAUSE).await;
    loss.end_sessions();
    assert!(!loss.admits(age));
    // A call without a response ends the use of a connection, not that of the idle ones.
    let loss = LastLoss::default();
    loss.set_unanswered();
    assert!(loss.admits(hour) && !loss.keeps(hour));
}
