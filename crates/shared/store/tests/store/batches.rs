//! Single writes to SQLite, which run together (decision 126).

use std::time::Duration;

use doorward_domain::model::{Grant, GrantId};
use doorward_store::repo::grants;
use sea_orm::prelude::Uuid;
use tokio::task::JoinSet;

use crate::fixtures::{Scene, grant};
use crate::harness::on_two_replicas;

/// Each of the writes that a busy database makes wait has the outcome that it has alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rejected_write_leaves_others_that_ran_with_it() {
    on_two_replicas(async |[db, other]| {
        let scene = Scene::store(db).await;
        let new = |id| Grant {
            id,
            ..grant(&scene.user, &scene.client, &scene.session)
        };
        let busy = db.begin_write().await.unwrap();
        let mut callers = JoinSet::new();
        for number in 0..40_u128 {
            // Each ID twice: the second one is rejected.
            let (db, grant) = (
                db.clone(),
                new(GrantId::from_uuid(Uuid::from_u128(1000 + number / 2))),
            );
            callers.spawn(async move {
                let single = db.begin_single_write().unwrap();
                let stored = grants::insert(&single, &grant).await;
                single.commit().await.unwrap();
                stored.is_ok().then_some(grant.id)
            });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        busy.commit().await.unwrap();
        let stored: Vec<GrantId> = callers.join_all().await.into_iter().flatten().collect();
        assert_eq!(stored.len(), 20, "one of each pair is stored");
        for id in stored {
            let found = grants::find(other.read(), id).await.unwrap();
            assert!(found.is_some(), "{id} was acknowledged, and is lost");
        }
    })
    .await;
}
