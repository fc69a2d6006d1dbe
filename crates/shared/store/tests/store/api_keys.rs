use doorward_domain::model::ApiKeyId;
use doorward_store::repo::{api_keys, users};
use tokio::task::JoinSet;

use crate::fixtures::{NOW, api_key, user};
use crate::harness::{on_both, on_both_databases};
use crate::write;

const ONE: &str = "0123456789ab";
const TWO: &str = "abcdefghijkl";

#[tokio::test]
async fn key_is_stored_and_found_with_owner() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let key = api_key(ONE, alice.id);
        write!(db, api_keys::insert, &key);
        let found = api_keys::find_with_owner(db.read(), &key.id).await.unwrap();
        assert_eq!(found, Some((key.clone(), Some(alice.clone()))));
        let none = ApiKeyId::parse(TWO).unwrap();
        assert_eq!(
            api_keys::find_with_owner(db.read(), &none).await.unwrap(),
            None
        );
        // The comparison is case-sensitive.
        let upper = ApiKeyId::parse(&ONE.to_uppercase()).unwrap();
        assert_eq!(
            api_keys::find_with_owner(db.read(), &upper).await.unwrap(),
            None
        );

        assert_eq!(write!(db, api_keys::purge, NOW + 100, 1000), 0);
        assert_eq!(write!(db, api_keys::purge, NOW + 101, 1000), 1);
    })
    .await;
}

#[tokio::test]
async fn keys_end_with_organization_or_membership() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let keys = [
            (ONE, alice.id, Some("acme")),
            (TWO, bob.id, Some("acme")),
            ("xxxxxxxxxxx1", alice.id, Some("zeta")),
            ("xxxxxxxxxxx2", alice.id, None),
        ];
        for (id, owner, org) in keys {
            let mut key = api_key(id, owner);
            key.org = org.map(str::to_owned);
            write!(db, api_keys::insert, &key);
            let found = api_keys::find_with_owner(db.read(), &key.id).await.unwrap();
            assert_eq!(found.unwrap().0, key);
        }
        let own = Some(alice.id);
        assert_eq!(write!(db, api_keys::revoke_in_org, own, "acme", NOW), 1);
        assert_eq!(write!(db, api_keys::revoke_in_org, own, "acme", NOW), 0);
        assert_eq!(write!(db, api_keys::revoke_in_org, None, "acme", NOW), 1);
        let left = api_keys::list_live(db.read(), alice.id, NOW).await.unwrap();
        assert_eq!(left.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn keys_are_listed_counted_and_revoked_by_user() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let (item, two) = (api_key(ONE, alice.id), api_key(TWO, bob.id));
        write!(db, api_keys::insert, &item);
        write!(db, api_keys::insert, &two);
        let live = api_keys::list_live(db.read(), alice.id, NOW).await.unwrap();
        assert_eq!(live, std::slice::from_ref(&item));
        let over = api_keys::list_live(db.read(), alice.id, NOW + 100)
            .await
            .unwrap();
        assert_eq!(over, []);
        assert_eq!(write!(db, api_keys::count_live_locked, alice.id, NOW), 1);

        assert!(
            !write!(db, api_keys::revoke, bob.id, &item.id, NOW),
            "somebody else's"
        );
        assert!(
            !write!(db, api_keys::revoke, alice.id, &item.id, NOW + 100),
            "over"
        );
        assert!(write!(db, api_keys::revoke, alice.id, &item.id, NOW));
        assert!(
            !write!(db, api_keys::revoke, alice.id, &item.id, NOW),
            "revoked"
        );
        assert_eq!(write!(db, api_keys::count_live_locked, alice.id, NOW), 0);
        assert_eq!(write!(db, api_keys::revoke_all_for_user, bob.id, NOW), 1);
        assert_eq!(write!(db, api_keys::revoke_all_for_user, bob.id, NOW), 0);
    })
    .await;
}

#[tokio::test]
async fn use_is_recorded_rarely() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let mut key = api_key(ONE, alice.id);
        (key.last_used_at, key.last_used_from) = (None, None);
        write!(db, api_keys::insert, &key);
        let from = Some("2001:db8::7".parse().unwrap());
        assert!(write!(
            db,
            api_keys::record_use,
            &key.id,
            from,
            NOW,
            NOW - 60
        ));
        assert!(!write!(
            db,
            api_keys::record_use,
            &key.id,
            None,
            NOW + 59,
            NOW - 1
        ));
        let found = api_keys::find_with_owner(db.read(), &key.id).await.unwrap();
        let found = found.unwrap().0;
        assert_eq!(
            (found.last_used_at, found.last_used_from),
            (Some(NOW), from)
        );
        assert!(write!(
            db,
            api_keys::record_use,
            &key.id,
            None,
            NOW + 60,
            NOW
        ));
    })
    .await;
}

#[tokio::test]
async fn of_32_concurrent_revocations_only_first_counts() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let key = api_key(ONE, alice.id);
        write!(db, api_keys::insert, &key);
        let mut attempts = JoinSet::new();
        for _ in 0..32 {
            let (db, id, owner) = (db.clone(), key.id.clone(), alice.id);
            attempts.spawn(async move { write!(db, api_keys::revoke, owner, &id, NOW) });
        }
        let wins = attempts.join_all().await;
        assert_eq!(wins.into_iter().filter(|won| *won).count(), 1);
        db.close().await.unwrap();
    })
    .await;
}
