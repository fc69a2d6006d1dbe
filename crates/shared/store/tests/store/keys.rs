use std::sync::Arc;

use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::db::entity;
use doorward_store::repo::keys;
use doorward_store::{StoreError, WriteTx};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::fixtures::NOW;
use crate::harness::{on_both, on_both_databases};
use crate::{refused, write};

fn key(kid: &str, created_at: i64) -> KeyRecord {
    of(SigningAlg::Rs256, kid, created_at)
}

fn of(algorithm: SigningAlg, kid: &str, created_at: i64) -> KeyRecord {
    KeyRecord {
        kid: kid.to_owned(),
        algorithm,
        public_jwk: r#"{"kty":"RSA"}"#.to_owned(),
        private_sealed: vec![0, 1, 255],
        created_at,
        active_at: created_at + 600,
        retired_at: None,
    }
}

/// Sets the time from which a waiting key signs. Returns false if the key is retired or unknown.
async fn activate(tx: &WriteTx, kid: &str, active_at: i64) -> Result<bool, StoreError> {
    let update = entity::signing_keys::Entity::update_many()
        .col_expr(
            entity::signing_keys::Column::ActiveAt,
            Expr::value(active_at),
        )
        .filter(entity::signing_keys::Column::Kid.eq(kid))
        .filter(entity::signing_keys::Column::RetiredAt.is_null());
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

#[tokio::test]
async fn key_is_stored_activated_retired_and_purged() {
    on_both(async |db| {
        let (mut old, mut new) = (key("z-old", NOW), key("a-new", NOW + 1));
        write!(db, keys::insert, &new);
        write!(db, keys::insert, &old);
        assert_eq!(
            keys::list(db.read()).await.unwrap(),
            [old.clone(), new.clone()]
        );
        let error = refused!(db, keys::insert, &old);
        assert!(error.is_conflict_on("kid"), "{error:?}");

        assert!(
            !write!(db, keys::purge, "z-old"),
            "a key that signs is not purged"
        );
        assert!(write!(db, activate, "a-new", NOW + 2));
        assert!(write!(db, keys::retire, "z-old", NOW + 3));
        assert!(!write!(db, keys::retire, "z-old", NOW + 4));
        assert!(!write!(db, activate, "z-old", NOW + 4));
        new.active_at = NOW + 2;
        old.retired_at = Some(NOW + 3);
        assert_eq!(keys::list(db.read()).await.unwrap(), [old, new.clone()]);
        assert!(write!(db, keys::purge, "z-old"));
        assert!(!write!(db, keys::purge, "z-old"));
        assert_eq!(keys::list(db.read()).await.unwrap(), [new]);
    })
    .await;
}

#[tokio::test]
async fn keys_of_all_algorithms_are_one_set() {
    on_both(async |db| {
        let new: Vec<_> = SigningAlg::ALL
            .into_iter()
            .zip(0..)
            .map(|(alg, at)| of(alg, alg.as_str(), NOW + at))
            .collect();
        assert!(write!(db, keys::insert_if_unchanged, &new, &[]));
        assert_eq!(keys::list(db.read()).await.unwrap(), new);
        for key in &new {
            assert!(!write!(db, keys::purge, &key.kid));
            assert!(write!(db, activate, &key.kid, NOW + 9));
            assert!(write!(db, keys::retire, &key.kid, NOW + 10));
            assert!(!write!(db, keys::retire, &key.kid, NOW + 11));
            assert!(!write!(db, activate, &key.kid, NOW + 11));
        }
        let stored = keys::list(db.read()).await.unwrap();
        let all = |key: &KeyRecord| (key.active_at, key.retired_at) == (NOW + 9, Some(NOW + 10));
        assert!(stored.iter().all(all), "{stored:?}");
        for key in &new {
            assert!(write!(db, keys::purge, &key.kid));
        }
        assert_eq!(keys::list(db.read()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn key_is_inserted_only_into_unchanged_set() {
    on_both(async |db| {
        let known = ["one".to_owned()];
        assert!(!write!(
            db,
            keys::insert_if_unchanged,
            &[key("two", NOW)],
            &known
        ));
        write!(db, keys::insert, &key("one", NOW));
        assert!(!write!(
            db,
            keys::insert_if_unchanged,
            &[key("two", NOW)],
            &[]
        ));
        assert!(write!(
            db,
            keys::insert_if_unchanged,
            &[key("two", NOW)],
            &known
        ));
        assert!(!write!(
            db,
            keys::insert_if_unchanged,
            &[key("three", NOW)],
            &known
        ));
        assert_eq!(keys::list(db.read()).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_replicas_create_single_first_key() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.expect("the database migrates");
        // On PostgreSQL all transactions are open before the first query; SQLite has one at a time.
        let all_open = Arc::new(Barrier::new(6));
        let mut starting = JoinSet::new();
        for number in 0..6 {
            let replica = place.open().await;
            let all_open = Arc::clone(&all_open);
            starting.spawn(async move {
                let early = if replica.is_postgres() {
                    Some(replica.begin_write().await.unwrap())
                } else {
                    None
                };
                all_open.wait().await;
                let tx = match early {
                    Some(tx) => tx,
                    None => replica.begin_write().await.unwrap(),
                };
                let key = key(&format!("key {number}"), NOW);
                let won = keys::insert_if_unchanged(&tx, &[key], &[]).await.unwrap();
                tx.commit().await.unwrap();
                replica.close().await.unwrap();
                won
            });
        }
        let winners = starting
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(winners, 1);
        assert_eq!(keys::list(db.read()).await.unwrap().len(), 1);
        db.close().await.unwrap();
    })
    .await;
}
