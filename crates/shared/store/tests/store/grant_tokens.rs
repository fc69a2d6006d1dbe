//! The code and the refresh tokens in the row of a grant: each is used once, on any replica.

use std::time::Duration;

use doorward_domain::model::{CodeError, Grant, RevokeReason};
use doorward_store::repo::grants;
use doorward_store::{Db, StoreError};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, Scene, code, grant, refresh_family};
use crate::harness::{on_both, on_two_replicas};
use crate::write;

/// Returns the stored grant.
async fn stored(db: &Db, grant: &Grant) -> Grant {
    let found = grants::find(db.read(), grant.id).await.unwrap();
    found.expect("the grant is there")
}

/// Stores a grant with an unused code.
async fn with_code(db: &Db) -> Grant {
    let scene = Scene::store(db).await;
    let grant = Grant {
        code: Some(code("code")),
        ..grant(&scene.user, &scene.client, &scene.session)
    };
    write!(db, grants::insert, &grant);
    grant
}

#[tokio::test]
async fn code_is_redeemed_once() {
    on_both(async |db| {
        let mut expected = with_code(db).await;
        assert_eq!(stored(db, &expected).await, expected);
        let family = refresh_family("one", 1);
        assert!(write!(
            db,
            grants::redeem,
            expected.id,
            Some(&family),
            NOW + 1
        ));
        expected.code.as_mut().unwrap().used_at = Some(NOW + 1);
        expected.refresh = Some(family);
        assert_eq!(stored(db, &expected).await, expected);
        let other = refresh_family("other", 1);
        assert!(!write!(
            db,
            grants::redeem,
            expected.id,
            Some(&other),
            NOW + 2
        ));
        assert!(!write!(
            db,
            grants::reject_code,
            expected.id,
            Some(CodeError::Verifier),
            NOW + 2
        ));
        assert_eq!(stored(db, &expected).await, expected);
    })
    .await;
}

#[tokio::test]
async fn rejected_code_keeps_reason_and_ends_grant() {
    on_both(async |db| {
        let mut expected = with_code(db).await;
        let problem = Some(CodeError::VerifierMissing);
        assert!(write!(
            db,
            grants::reject_code,
            expected.id,
            problem,
            NOW + 1
        ));
        assert!(!write!(db, grants::redeem, expected.id, None, NOW + 1));
        let code = expected.code.as_mut().unwrap();
        (code.used_at, code.problem) = (Some(NOW + 1), problem);
        expected.expires_at = NOW + 1;
        assert_eq!(stored(db, &expected).await, expected);
    })
    .await;
}

#[tokio::test]
async fn revoked_grant_gives_no_tokens() {
    on_both(async |db| {
        let expected = with_code(db).await;
        let reason = RevokeReason::ByOwner;
        assert!(write!(db, grants::revoke, expected.id, reason, NOW));
        let family = refresh_family("one", 1);
        assert!(!write!(db, grants::redeem, expected.id, Some(&family), NOW));
        assert!(!write!(db, grants::rotate, expected.id, None, &family));
        assert!(!write!(db, grants::extend, expected.id, 1, NOW + 9));
        assert_eq!(stored(db, &expected).await.refresh, None);
    })
    .await;
}

#[tokio::test]
async fn generation_is_replaced_once() {
    on_both(async |db| {
        let grant = Scene::store(db).await.grant;
        let (first, second) = (refresh_family("one", 1), refresh_family("two", 2));
        assert!(!write!(db, grants::rotate, grant.id, Some(1), &second));
        assert!(write!(db, grants::rotate, grant.id, None, &first));
        assert!(!write!(db, grants::rotate, grant.id, None, &second));
        assert!(write!(db, grants::rotate, grant.id, Some(1), &second));
        assert!(!write!(db, grants::rotate, grant.id, Some(1), &first));
        assert_eq!(stored(db, &grant).await.refresh, Some(second.clone()));

        assert!(!write!(db, grants::extend, grant.id, 1, NOW + 9000));
        assert!(write!(db, grants::extend, grant.id, 2, NOW + 9000));
        let refresh = stored(db, &grant).await.refresh.unwrap();
        assert_eq!(
            (refresh.expires_at, refresh.hash),
            (NOW + 9000, second.hash)
        );
    })
    .await;
}

#[tokio::test]
async fn rolled_back_use_is_none() {
    on_both(async |db| {
        let grant = with_code(db).await;
        let tx = db.begin_write().await.unwrap();
        assert!(grants::redeem(&tx, grant.id, None, NOW).await.unwrap());
        tx.rollback().await.unwrap();
        let tx = db.begin_write().await.unwrap();
        assert!(grants::redeem(&tx, grant.id, None, NOW).await.unwrap());
        drop(tx);
        assert!(write!(db, grants::redeem, grant.id, None, NOW));
    })
    .await;
}

/// A caller that stops waiting for the begin of a transaction leaves nothing open, in which a later
/// write would seem to succeed.
#[tokio::test]
async fn abandoned_begin_loses_no_write() {
    on_two_replicas(async |replicas| {
        let [db, other] = replicas;
        let grant = Scene::store(db).await.grant;
        for generation in 1..=20 {
            let waited = tokio::time::timeout(Duration::ZERO, db.begin_write()).await;
            drop(waited);
            let family = refresh_family(&format!("token {generation}"), generation);
            let current = (generation > 1).then_some(generation - 1);
            let single = db.begin_single_write().unwrap();
            let rotated = grants::rotate(&single, grant.id, current, &family).await;
            single.commit().await.unwrap();
            assert!(rotated.unwrap());
            assert_eq!(stored(other, &grant).await.refresh, Some(family));
        }
    })
    .await;
}

/// A write without a transaction is one statement; a second one would not be atomic with it.
#[tokio::test]
async fn single_write_is_one_statement() {
    on_both(async |db| {
        let grant = with_code(db).await;
        let before = db.visible_writes().unwrap();
        let single = db.begin_single_write().unwrap();
        assert!(grants::redeem(&single, grant.id, None, NOW).await.unwrap());
        let second = grants::redeem(&single, grant.id, None, NOW).await;
        assert!(matches!(second, Err(StoreError::Query(_))), "{second:?}");
        single.commit().await.unwrap();
        assert_eq!(db.visible_writes(), Some(before + 1));
        let used = stored(db, &grant).await.code.unwrap().used_at;
        assert_eq!(used, Some(NOW));
        db.begin_write().await.unwrap().commit().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_concurrent_uses_of_code_on_two_replicas_one_wins() {
    on_two_replicas(async |replicas| {
        let grant = with_code(&replicas[0]).await;
        let mut callers = JoinSet::new();
        for number in 0..64_usize {
            let (db, id) = (replicas[number % 2].clone(), grant.id);
            callers.spawn(async move {
                let family = refresh_family(&format!("token {number}"), 1);
                let single = db.begin_single_write().unwrap();
                let won = grants::redeem(&single, id, Some(&family), NOW).await;
                single.commit().await.unwrap();
                won.unwrap().then_some(family)
            });
        }
        let winners: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        let refresh = stored(&replicas[1], &grant).await.refresh;
        assert_eq!(refresh.as_ref(), Some(&winners[0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_100_concurrent_refreshes_on_two_replicas_one_wins() {
    on_two_replicas(async |replicas| {
        let grant = Scene::store(&replicas[0]).await.grant;
        let first = refresh_family("one", 1);
        assert!(write!(replicas[0], grants::rotate, grant.id, None, &first));
        let mut callers = JoinSet::new();
        for number in 0..100_usize {
            let (db, id) = (replicas[number % 2].clone(), grant.id);
            callers.spawn(async move {
                let family = refresh_family(&format!("token {number}"), 2);
                let single = db.begin_single_write().unwrap();
                let won = grants::rotate(&single, id, Some(1), &family).await;
                single.commit().await.unwrap();
                won.unwrap().then_some(family)
            });
        }
        let winners: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        let refresh = stored(&replicas[1], &grant).await.refresh;
        assert_eq!(refresh.as_ref(), Some(&winners[0]));
    })
    .await;
}
