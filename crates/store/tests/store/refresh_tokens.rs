use doorward_domain::model::RefreshContext;
use doorward_store::repo::{refresh_tokens, sessions};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, Scene, hash, refresh_token};
use crate::harness::{on_both, on_two_replicas};
use crate::write;

#[tokio::test]
async fn token_is_found_with_grant_user_and_session() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let mut token = refresh_token(&scene.grant, "one");
        write!(db, refresh_tokens::insert, &token);
        let context = async |text| {
            refresh_tokens::find_with_grant(db.read(), &hash(text))
                .await
                .unwrap()
        };
        let mut expected = RefreshContext {
            token: token.clone(),
            successor_used_at: None,
            grant: scene.grant.clone(),
            user: Some(scene.user.clone()),
            session: Some(scene.session.clone()),
            is_member: true,
        };
        assert_eq!(context("one").await, Some(expected.clone()));
        assert_eq!(context("nonsense").await, None);

        // Extended without rotation.
        token.expires_at += 60;
        let until = token.expires_at;
        assert!(write!(db, refresh_tokens::extend, &hash("one"), until));
        assert!(!write!(
            db,
            refresh_tokens::extend,
            &hash("nonsense"),
            until
        ));
        expected.token = token.clone();
        assert_eq!(context("one").await, Some(expected.clone()));

        // Consumed, with an unused successor.
        let sealed = b"\x00sealed\xff".as_slice();
        assert!(write!(
            db,
            refresh_tokens::consume,
            &hash("one"),
            &hash("two"),
            sealed,
            NOW + 1
        ));
        write!(
            db,
            refresh_tokens::insert,
            &refresh_token(&scene.grant, "two")
        );
        token.used_at = Some(NOW + 1);
        token.successor_hash = Some(hash("two"));
        token.successor_sealed = Some(sealed.to_vec());
        expected.token = token;
        assert_eq!(context("one").await, Some(expected.clone()));
        assert!(!write!(db, refresh_tokens::extend, &hash("one"), until));

        // The successor was consumed, too.
        assert!(write!(
            db,
            refresh_tokens::consume,
            &hash("two"),
            &hash("three"),
            b"",
            NOW + 2
        ));
        expected.successor_used_at = Some(NOW + 2);
        assert_eq!(context("one").await, Some(expected.clone()));

        // The session's row was deleted.
        write!(db, sessions::purge, i64::MAX);
        expected.session = None;
        assert_eq!(context("one").await, Some(expected.clone()));

        let end = expected.token.expires_at;
        // Only the first token was extended, by a minute.
        assert_eq!(write!(db, refresh_tokens::purge, end - 60), 0);
        assert_eq!(write!(db, refresh_tokens::purge, end), 1);
        assert_eq!(write!(db, refresh_tokens::purge, end + 1), 1);
        assert_eq!(context("one").await, None);
    })
    .await;
}

#[tokio::test]
async fn token_is_consumed_once() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        write!(
            db,
            refresh_tokens::insert,
            &refresh_token(&scene.grant, "one")
        );
        assert!(!write!(
            db,
            refresh_tokens::consume,
            &hash("nonsense"),
            &hash("x"),
            b"x",
            NOW
        ));
        assert!(write!(
            db,
            refresh_tokens::consume,
            &hash("one"),
            &hash("two"),
            b"s",
            NOW
        ));
        assert!(!write!(
            db,
            refresh_tokens::consume,
            &hash("one"),
            &hash("x"),
            b"x",
            NOW + 1
        ));
        let found = refresh_tokens::find_with_grant(db.read(), &hash("one"))
            .await
            .unwrap();
        let token = found.expect("it is kept").token;
        assert_eq!(token.used_at, Some(NOW));
        assert_eq!(token.successor_hash, Some(hash("two")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_100_concurrent_uses_on_two_replicas_first_wins() {
    on_two_replicas(async |replicas| {
        let scene = Scene::store(&replicas[0]).await;
        write!(
            replicas[0],
            refresh_tokens::insert,
            &refresh_token(&scene.grant, "one")
        );

        let mut callers = JoinSet::new();
        for number in 0..100_usize {
            let db = replicas[number % 2].clone();
            let grant = scene.grant.clone();
            callers.spawn(async move {
                let name = format!("successor {number}");
                let tx = db.begin_write().await.unwrap();
                let won = refresh_tokens::consume(&tx, &hash("one"), &hash(&name), b"s", NOW)
                    .await
                    .unwrap();
                if won {
                    let successor = refresh_token(&grant, &name);
                    refresh_tokens::insert(&tx, &successor).await.unwrap();
                }
                tx.commit().await.unwrap();
                won.then(|| hash(&name))
            });
        }
        let winners: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        let consumed = refresh_tokens::find_with_grant(replicas[1].read(), &hash("one"))
            .await
            .unwrap();
        assert_eq!(
            consumed.expect("it is kept").token.successor_hash,
            Some(winners[0])
        );
        let next = refresh_tokens::find_with_grant(replicas[1].read(), &winners[0])
            .await
            .unwrap();
        assert_eq!(next.expect("the successor is there").token.used_at, None);
    })
    .await;
}
