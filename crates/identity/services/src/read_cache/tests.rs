use doorward_store::db::OpenOptions;
use rstest::rstest;

use super::*;
use crate::error::ServerError;

async fn db() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
    db.unwrap()
}

/// The event in between, and whether the first value is returned again.
#[rstest]
#[case::nothing(0, None, true)]
#[case::a_second_goes_by(1, None, false)]
#[case::the_clock_is_set_back(-1, None, false)]
#[case::something_is_written(0, Some(true), false)]
#[case::transaction_is_rolled_back(0, Some(false), true)]
#[tokio::test]
async fn value_is_kept(#[case] later: i64, #[case] write: Option<bool>, #[case] remembered: bool) {
    let (db, recent) = (db().await, ReadCache::new(10));
    let first = CacheEpoch::current(&db, 1000);
    let read = recent
        .get(first, "key", async { Ok::<_, ServerError>(1) })
        .await;
    assert_eq!(read.unwrap(), 1);
    if let Some(commit) = write {
        let tx = db.begin_write().await.unwrap();
        // A transaction without commit has changed nothing.
        assert_eq!(CacheEpoch::current(&db, 1000), first);
        if commit {
            tx.commit().await.unwrap();
        }
    }
    let next = CacheEpoch::current(&db, 1000 + later);
    let again = recent
        .get(next, "key", async { Ok::<_, ServerError>(2) })
        .await;
    assert_eq!(again.unwrap(), if remembered { 1 } else { 2 });
    let other = recent
        .get(next, "other", async { Ok::<_, ServerError>(3) })
        .await;
    assert_eq!(other.unwrap(), 3);
}

#[tokio::test]
async fn value_read_before_write_is_not_reused_after_write() {
    let (db, recent) = (db().await, ReadCache::new(10));
    let before = CacheEpoch::current(&db, 1000);
    let slow = async {
        db.begin_write().await.unwrap().commit().await.unwrap();
        Ok::<_, ServerError>("old")
    };
    assert_eq!(recent.get(before, "key", slow).await.unwrap(), "old");
    let after = CacheEpoch::current(&db, 1000);
    let read = recent
        .get(after, "key", async { Ok::<_, ServerError>("new") })
        .await;
    assert_eq!(read.unwrap(), "new");
}

#[tokio::test]
async fn failure_is_not_kept() {
    let (db, recent) = (db().await, ReadCache::new(10));
    let moment = CacheEpoch::current(&db, 1000);
    let broken = async { Err(ServerError::Unavailable("no store".to_owned())) };
    assert!(recent.get(moment, "key", broken).await.is_err());
    assert_eq!(
        recent
            .get(moment, "key", async { Ok::<_, ServerError>(1) })
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn nothing_is_cached_without_epoch() {
    let recent = ReadCache::new(10);
    for value in 1..=2 {
        let read = recent.get(None, "key", async { Ok::<_, ServerError>(value) });
        assert_eq!(read.await.unwrap(), value);
    }
}
