use doorward_store::repo::codes::{self, CodeUse};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, Scene, code, hash};
use crate::harness::{on_both, on_two_replicas};
use crate::write;

#[tokio::test]
async fn code_is_consumed_once_at_any_age() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let mut first = code(&scene.grant, "first");
        let mut bare = code(&scene.grant, "bare");
        bare.code_challenge = None;
        bare.redirect_uri_given = false;
        write!(db, codes::insert, &first);
        write!(db, codes::insert, &bare);

        // Long expired: the domain rules check that.
        first.used_at = Some(NOW + 9999);
        assert_eq!(
            write!(db, codes::consume, &first.hash, NOW + 9999),
            CodeUse::Claimed(first.clone())
        );
        assert_eq!(
            write!(db, codes::consume, &first.hash, NOW + 10_000),
            CodeUse::AlreadyUsed(first)
        );
        bare.used_at = Some(NOW);
        assert_eq!(
            write!(db, codes::consume, &bare.hash, NOW),
            CodeUse::Claimed(bare.clone())
        );
        assert_eq!(
            write!(db, codes::consume, &hash("nonsense"), NOW),
            CodeUse::Unknown
        );

        assert_eq!(write!(db, codes::purge, bare.expires_at), 0);
        assert_eq!(write!(db, codes::purge, bare.expires_at + 1), 2);
        assert_eq!(
            write!(db, codes::consume, &bare.hash, NOW),
            CodeUse::Unknown
        );
    })
    .await;
}

#[tokio::test]
async fn rolled_back_code_is_not_consumed() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let code = code(&scene.grant, "code");
        write!(db, codes::insert, &code);
        let tx = db.begin_write().await.unwrap();
        assert!(matches!(
            codes::consume(&tx, &code.hash, NOW).await.unwrap(),
            CodeUse::Claimed(_)
        ));
        tx.rollback().await.unwrap();
        let tx = db.begin_write().await.unwrap();
        assert!(matches!(
            codes::consume(&tx, &code.hash, NOW).await.unwrap(),
            CodeUse::Claimed(_)
        ));
        drop(tx);
        assert!(matches!(
            write!(db, codes::consume, &code.hash, NOW),
            CodeUse::Claimed(_)
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_concurrent_uses_on_two_replicas_first_wins() {
    on_two_replicas(async |replicas| {
        let scene = Scene::store(&replicas[0]).await;
        let code = code(&scene.grant, "code");
        write!(replicas[0], codes::insert, &code);

        let mut callers = JoinSet::new();
        for number in 0..64 {
            let db = replicas[number % 2].clone();
            callers.spawn(async move { write!(db, codes::consume, &hash("code"), NOW) });
        }
        let (mut claimed, mut used) = (0, 0);
        for claim in callers.join_all().await {
            match claim {
                CodeUse::Claimed(_) => claimed += 1,
                CodeUse::AlreadyUsed(_) => used += 1,
                CodeUse::Unknown => panic!("the code is known"),
            }
        }
        assert_eq!((claimed, used), (1, 63));
    })
    .await;
}
