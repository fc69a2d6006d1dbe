//! Lists of all users' sessions, API keys and consents, and of unused clients: each filter, page by
//! page.

use doorward_domain::model::{ApiKeyId, Consent, ConsentId, Grant, Session, SessionId};
use doorward_store::Db;
use doorward_store::repo::api_key_lists::{self, KeyFilter};
use doorward_store::repo::live_sessions::{self, SessionFilter};
use doorward_store::repo::{api_keys, clients, consents, grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, api_key, client, client_id, consent, grant, session, user};
use crate::harness::on_both;
use crate::write;

/// Returns the numbers of all sessions of the filter, read in pages of `limit`.
async fn found_sessions(db: &Db, filter: &SessionFilter, limit: u64) -> Vec<u128> {
    let (mut numbers, mut before) = (Vec::<u128>::new(), None);
    loop {
        let rows = live_sessions::page(db.read(), filter, before, limit, NOW).await;
        let rows = rows.unwrap();
        let Some((last, _)) = rows.last() else {
            return numbers;
        };
        before = Some(last.id);
        for (session, owner) in &rows {
            assert_eq!(session.user_id, owner.id);
            numbers.push(session.id.as_uuid().as_u128());
        }
    }
}

#[tokio::test]
async fn sessions_are_found_once_by_each_filter() {
    on_both(async |db| {
        let Scene {
            user: alice,
            client: app,
            session: first,
            ..
        } = Scene::store(db).await;
        let reason = doorward_domain::model::EndReason::SignedOut;
        write!(db, sessions::end, first.id, reason, NOW);
        let bob = user("Bob");
        write!(db, users::insert, &bob);
        for number in 1..=6_u128 {
            let owner = if number % 2 == 0 { &alice } else { &bob };
            let stored = Session {
                id: SessionId::from_uuid(Uuid::from_u128(number)),
                // The fourth has not been used for too long.
                idle_expires_at: if number == 4 { NOW } else { NOW + 100 },
                ..session(owner, &format!("cookie {number}"))
            };
            write!(db, sessions::insert, &stored);
            // A session has many grants to a client; that of the fifth was revoked.
            for _ in 0..3 {
                let given = Grant {
                    revoked_at: (number == 5).then_some(NOW),
                    ..grant(owner, &app, &stored)
                };
                write!(db, grants::insert, &given);
            }
        }
        let all = SessionFilter::default();
        let of_alice = SessionFilter {
            user: Some(alice.id),
            client: None,
        };
        let of_app = SessionFilter {
            user: None,
            client: Some(app.id.clone()),
        };
        let both = SessionFilter {
            user: Some(bob.id),
            ..of_app.clone()
        };
        let other = SessionFilter {
            user: None,
            client: Some(client_id("other")),
        };
        let cases: [(&SessionFilter, &[u128]); 5] = [
            (&all, &[6, 5, 3, 2, 1]),
            (&of_alice, &[6, 2]),
            (&of_app, &[6, 3, 2, 1]),
            (&both, &[3, 1]),
            (&other, &[]),
        ];
        for (filter, expected) in cases {
            for limit in [1, 2, 100] {
                let found = found_sessions(db, filter, limit).await;
                assert_eq!(found, expected, "{filter:?}");
            }
        }
        for (limit, expected) in [(2, 2), (100, 4)] {
            let count = live_sessions::count_of_client(db.read(), &app.id, limit, NOW).await;
            assert_eq!(count.unwrap(), expected);
        }
        let ids = [1, 4, 7].map(|number| SessionId::from_uuid(Uuid::from_u128(number)));
        let found = live_sessions::find_many(db.read(), &ids, NOW).await;
        let found = found.unwrap();
        let found = found.iter().map(|(session, owner)| (session.id, owner.id));
        assert_eq!(found.collect::<Vec<_>>(), [(ids[0], bob.id)]);
        let found = live_sessions::find_many(db.read(), &[], NOW).await;
        assert!(found.unwrap().is_empty());
        let ended = write!(db, sessions::end_many, &ids, reason, NOW);
        assert_eq!(ended.len(), 2);
        assert_eq!(found_sessions(db, &all, 100).await, [6, 5, 3, 2]);
    })
    .await;
}

/// Returns the IDs of all keys of the filter, read in pages of `limit`.
async fn found_keys(db: &Db, filter: &KeyFilter, limit: u64) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let rows = api_key_lists::page(db.read(), filter, after.as_ref(), limit, NOW).await;
        let rows = rows.unwrap();
        let Some((last, _)) = rows.last() else {
            return ids;
        };
        after = Some(filter.position(last));
        ids.extend(rows.iter().map(|(key, _)| key.id.to_string()));
    }
}

#[tokio::test]
async fn keys_are_found_once_by_each_filter() {
    on_both(async |db| {
        let (alice, bob) = (user("Alice"), user("Bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        // Number, owner, expiry, last use, revocation.
        let keys = [
            (1, &alice, 90, Some(-10), None),
            (2, &bob, 50, None, None),
            (3, &alice, 50, Some(-500), None),
            (4, &bob, 70, Some(-5), None),
            (5, &bob, 60, Some(-5), Some(NOW)),
            (6, &bob, 0, Some(-5), None),
        ];
        for (number, owner, expiry, used, revoked_at) in keys {
            let key = doorward_domain::model::ApiKey {
                expires_at: NOW + expiry,
                last_used_at: used.map(|seconds: i64| NOW + seconds),
                revoked_at,
                ..api_key(&format!("00000000000{number}"), owner.id)
            };
            write!(db, api_keys::insert, &key);
        }
        let all = KeyFilter::default();
        let of_bob = KeyFilter {
            user: Some(bob.id),
            ..all
        };
        let soon = KeyFilter {
            expires_before: Some(NOW + 70),
            ..all
        };
        // A key that was never used counts from its creation, 100 seconds ago.
        let unused = KeyFilter {
            unused_since: Some(NOW - 9),
            ..all
        };
        let cases: [(&KeyFilter, &[u8]); 4] = [
            (&all, &[2, 3, 4, 1]),
            (&of_bob, &[2, 4]),
            (&soon, &[2, 3]),
            (&unused, &[3, 2, 1]),
        ];
        for (filter, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|n| format!("00000000000{n}")).collect();
            for limit in [1, 2, 100] {
                let found = found_keys(db, filter, limit).await;
                assert_eq!(found, expected, "{filter:?}");
            }
        }
        // A revoked key and an expired one are not found.
        let ids = [2, 5, 6, 7].map(|n| ApiKeyId::parse(&format!("00000000000{n}")).unwrap());
        let found = api_key_lists::find_many(db.read(), &ids, NOW).await;
        let found = found.unwrap().into_iter();
        let found: Vec<_> = found.map(|(key, owner)| (key.id, owner.id)).collect();
        assert_eq!(found, [(ids[0].clone(), bob.id)]);
        let found = api_key_lists::find_many(db.read(), &[], NOW).await;
        assert!(found.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn consents_to_client_are_found_once() {
    on_both(async |db| {
        let Scene { client: app, .. } = Scene::store(db).await;
        for number in 1..=5_u128 {
            let owner = user(&format!("user{number}"));
            write!(db, users::insert, &owner);
            let given = Consent {
                id: ConsentId::from_uuid(Uuid::from_u128(number)),
                expires_at: (number == 2).then_some(NOW),
                ..consent(&owner, &app, "openid")
            };
            write!(db, consents::upsert, &given);
            if number == 4 {
                write!(db, consents::revoke, owner.id, &app.id, NOW);
            }
        }
        for limit in [1, 2, 100] {
            let (mut numbers, mut after) = (Vec::new(), None);
            loop {
                let rows = consents::page_for_client(db.read(), &app.id, after, limit, NOW).await;
                let rows = rows.unwrap();
                let Some((last, _)) = rows.last() else {
                    break;
                };
                after = Some(last.id);
                numbers.extend(rows.iter().map(|(row, _)| row.id.as_uuid().as_u128()));
            }
            assert_eq!(numbers, [1, 3, 5]);
        }
    })
    .await;
}

#[tokio::test]
async fn unused_clients_are_found_once() {
    on_both(async |db| {
        // Name, time of the secret, disabled.
        for (name, made_at, disabled_at) in [
            ("a", Some(NOW - 300), None),
            ("b", None, None),
            ("c", Some(NOW - 300), None),
            ("d", Some(NOW - 300), Some(NOW)),
            ("e", Some(NOW - 50), None),
        ] {
            let mut stored = client(name);
            stored.secret_made_at = made_at;
            stored.disabled_at = disabled_at;
            stored.created_at = NOW - 200;
            write!(db, clients::insert, &stored);
        }
        let mut public = client("f");
        public.secret_hash = None;
        public.created_at = NOW - 400;
        write!(db, clients::insert, &public);
        for limit in [1, 2, 100] {
            let (mut names, mut after) = (Vec::new(), None);
            loop {
                let position = after.as_ref().map(|(at, id)| (*at, id));
                let rows = clients::list_unused(db.read(), NOW - 100, position, limit).await;
                let rows = rows.unwrap();
                let Some((last, uses)) = rows.last() else {
                    break;
                };
                assert_eq!(uses.current.at, None);
                let at = last.secret_made_at.unwrap_or(last.created_at);
                after = Some((at, last.id.clone()));
                names.extend(rows.iter().map(|(client, _)| client.id.to_string()));
            }
            assert_eq!(names, ["a", "c", "b"]);
        }
        // Also a disabled client is found, and one that does not exist is left out.
        let ids = ["d", "x", "a"].map(client_id);
        let found = clients::find_many_with_secret_uses(db.read(), &ids).await;
        let found = found.unwrap().into_iter();
        let mut found: Vec<_> = found.map(|(client, _)| client.id.to_string()).collect();
        found.sort();
        assert_eq!(found, ["a", "d"]);
    })
    .await;
}
