//! Concurrent failed sign-ins are counted one after the other.

use doorward_domain::model::UserId;
use doorward_rules::limits::lockout::Failures;
use doorward_store::db::entity;
use doorward_store::repo::login_failures;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use tokio::task::JoinSet;
use uuid::Uuid;

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
            tasks.spawn(async move {
                write!(db, login_failures::change, &ONE, None, NOW, one_more).count
            });
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
        write!(db, login_failures::change, &ONE, None, NOW, waiting);
        write!(db, login_failures::change, &OTHER, None, NOW, one_more);
        assert_eq!(write!(db, login_failures::purge, NOW, 1000), 0);
        assert_eq!(write!(db, login_failures::purge, NOW + 60, 1000), 1);
        let found = login_failures::find(db.read(), &ONE).await.unwrap();
        assert_eq!(found, Some(waiting(None)));
        write!(db, login_failures::change, &OTHER, None, NOW, one_more);
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

#[tokio::test]
async fn lockouts_are_listed_by_end_and_cleared_by_user() {
    on_both(async |db| {
        let alice = UserId::from_uuid(Uuid::from_u128(1));
        let until = |end| {
            move |_: Option<&Failures>| Failures {
                count: 5,
                locked_until: Some(end),
                updated_at: NOW,
            }
        };
        let rows = [
            (1, Some(alice), NOW + 60),
            (2, None, NOW + 60),
            (3, Some(alice), NOW + 30),
            (4, None, NOW),
        ];
        for (number, user, end) in rows {
            let bucket = [number; 32];
            write!(db, login_failures::change, &bucket, user, NOW, until(end));
        }
        write!(db, login_failures::change, &[5; 32], None, NOW, one_more);

        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = login_failures::page(db.read(), NOW, after.as_ref(), 2).await;
            let page = page.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.until, last.bucket.clone()));
            seen.extend(page.iter().map(|row| (row.bucket[0], row.user, row.until)));
        }
        let [one, two, three, _] = rows;
        assert_eq!(seen, [three, one, two], "the next end first");

        let end = async |now| login_failures::locked_until(db.read(), alice, now).await;
        assert_eq!(end(NOW).await.unwrap(), Some(NOW + 60));
        assert_eq!(end(NOW + 60).await.unwrap(), None);
        write!(db, login_failures::unlock, alice, NOW + 1);
        assert_eq!(end(NOW + 1).await.unwrap(), None);
        let left = login_failures::page(db.read(), NOW + 1, None, 9).await;
        assert_eq!(left.unwrap().len(), 1);
        let found = login_failures::find(db.read(), &[1; 32]).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.count, found.locked_until), (0, Some(NOW + 1)));
        let rows = entity::login_failures::Entity::find()
            .filter(entity::login_failures::Column::UserId.eq(alice.as_uuid()))
            .count(db.read())
            .await;
        assert_eq!(rows.unwrap(), 2);
    })
    .await;
}
