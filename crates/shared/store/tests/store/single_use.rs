//! Assertions and pushed requests: single-use, and kept for a limited time.

use doorward_domain::model::PushedRequest;
use doorward_store::repo::{clients, pushed_requests, replay_markers};

use crate::fixtures::{NOW, client, client_id, hash, interaction};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn name_is_consumed_by_first_caller_and_purged() {
    on_both(async |db| {
        assert!(write!(
            db,
            replay_markers::insert_unique,
            &hash("one"),
            NOW + 60
        ));
        assert!(!write!(
            db,
            replay_markers::insert_unique,
            &hash("one"),
            NOW + 90
        ));
        assert!(write!(
            db,
            replay_markers::insert_unique,
            &hash("two"),
            NOW + 60
        ));
        assert_eq!(write!(db, replay_markers::purge, NOW + 60, 1000), 0);
        assert_eq!(write!(db, replay_markers::purge, NOW + 61, 1000), 2);
        assert!(write!(
            db,
            replay_markers::insert_unique,
            &hash("one"),
            NOW + 120
        ));
    })
    .await;
}

#[tokio::test]
async fn rolled_back_marker_is_free() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        assert!(
            replay_markers::insert_unique(&tx, &hash("one"), NOW)
                .await
                .unwrap()
        );
        drop(tx);
        assert!(write!(db, replay_markers::insert_unique, &hash("one"), NOW));
    })
    .await;
}

#[tokio::test]
async fn released_name_is_free_for_next() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        assert!(
            replay_markers::insert_unique(&tx, &hash("one"), NOW)
                .await
                .unwrap()
        );
        replay_markers::release(&tx, &hash("one")).await.unwrap();
        tx.commit().await.unwrap();
        assert!(write!(db, replay_markers::insert_unique, &hash("one"), NOW));
        assert!(!write!(
            db,
            replay_markers::insert_unique,
            &hash("one"),
            NOW
        ));
    })
    .await;
}

#[tokio::test]
async fn pushed_request_becomes_single_interaction_in_time() {
    on_both(async |db| {
        write!(db, clients::insert, &client("app"));
        let pushed = |text: &str| PushedRequest {
            hash: hash(text),
            client_id: client_id("app"),
            params: vec![("state".to_owned(), "é".to_owned())],
            signed: true,
            expires_at: NOW + 90,
            interaction_id: None,
        };
        let (mut item, late) = (pushed("one"), pushed("late"));
        for row in [&item, &late] {
            write!(db, pushed_requests::insert, row);
        }
        let find = async |text: &str| pushed_requests::find(db.read(), &hash(text)).await.unwrap();
        assert_eq!(find("one").await.as_ref(), Some(&item));
        assert_eq!(find("unknown").await, None);
        let (first, second) = (interaction('a').id, interaction('b').id);
        assert!(write!(
            db,
            pushed_requests::claim,
            &item.hash,
            &first,
            NOW + 89
        ));
        assert!(!write!(
            db,
            pushed_requests::claim,
            &item.hash, &second, NOW
        ));
        item.interaction_id = Some(first);
        assert_eq!(find("one").await.as_ref(), Some(&item));
        assert!(!write!(
            db,
            pushed_requests::claim,
            &late.hash,
            &second,
            NOW + 90
        ));
        assert_eq!(
            write!(db, pushed_requests::purge, NOW + 90, NOW + 91, 1000),
            0
        );
        assert_eq!(
            write!(db, pushed_requests::purge, NOW + 91, NOW + 91, 1000),
            2
        );
        // Deleted with its client.
        write!(db, pushed_requests::insert, &late);
        assert!(write!(db, clients::delete, &client_id("app"), NOW));
        assert_eq!(find("late").await, None);
    })
    .await;
}
