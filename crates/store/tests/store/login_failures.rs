//! Concurrent failed sign-ins are counted one after the other.

use doorward_domain::rules::rate_limit::Failures;
use doorward_store::repo::login_failures;
use tokio::task::JoinSet;

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

const ONE: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

fn one_more(before: Option<&Failures>) -> Failures {
    Failures {
        count: before.map_or(0, |failures| failures.count) + 1,
        locked_until: None,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn parallel_failures_are_all_counted() {
    on_both(async |db| {
        assert_eq!(login_failures::find(db.read(), &ONE).await.unwrap(), None);
        let mut tasks = JoinSet::new();
        for _ in 0..32 {
            let db = db.clone();
            tasks.spawn(
                async move { write!(db, login_failures::change, &ONE, NOW, one_more).count },
            );
        }
        let mut counts = tasks.join_all().await;
        counts.sort_unstable();
        assert_eq!(counts, (1..=32).collect::<Vec<i64>>());
        let found = login_failures::find(db.read(), &ONE).await.unwrap();
        assert_eq!(found.map(|failures| failures.count), Some(32));
        assert_eq!(login_failures::find(db.read(), &OTHER).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn failures_are_cleared_by_bucket_and_purged_after_lockout() {
    on_both(async |db| {
        let waiting = |_: Option<&Failures>| Failures {
            count: 5,
            locked_until: Some(NOW + 60),
            updated_at: NOW,
        };
        write!(db, login_failures::change, &ONE, NOW, waiting);
        write!(db, login_failures::change, &OTHER, NOW, one_more);
        assert_eq!(write!(db, login_failures::purge, NOW), 0);
        assert_eq!(write!(db, login_failures::purge, NOW + 60), 1);
        let found = login_failures::find(db.read(), &ONE).await.unwrap();
        assert_eq!(found, Some(waiting(None)));
        write!(db, login_failures::change, &OTHER, NOW, one_more);
        write!(db, login_failures::clear, &[ONE]);
        assert_eq!(login_failures::find(db.read(), &ONE).await.unwrap(), None);
        assert!(
            login_failures::find(db.read(), &OTHER)
                .await
                .unwrap()
                .is_some()
        );
    })
    .await;
}
