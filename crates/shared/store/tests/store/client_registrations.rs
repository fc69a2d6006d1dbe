use doorward_domain::model::id::RegistrationTokenId;
use doorward_domain::model::{ClientRegistration, GivenScopes, RegisteredBy, RegistrationToken};
use doorward_store::repo::{client_registrations, clients, registration_tokens};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, client, client_id, hash};
use crate::harness::on_both;
use crate::write;

fn token(name: u8, uses_left: i64) -> RegistrationToken {
    RegistrationToken {
        id: RegistrationTokenId::from_uuid(Uuid::from_bytes([name; 16])),
        hash: hash(&format!("token {name}")),
        note: "CI".to_owned(),
        uses_left,
        created_by: Some("somebody".to_owned()),
        created_at: NOW,
        expires_at: NOW + 60,
    }
}

fn registration(id: &str, key: &str, seen_at: i64) -> ClientRegistration {
    let mut metadata = Map::new();
    metadata.insert("software_id".to_owned(), Value::from("é"));
    ClientRegistration {
        client_id: client_id(id),
        access_token_hash: hash(key),
        metadata,
        given: GivenScopes {
            delegated: ["tasks:read"].into_iter().collect(),
            own: ["openid"].into_iter().collect(),
        },
        seen_at,
    }
}

#[tokio::test]
async fn token_has_limited_uses_and_expires() {
    on_both(async |db| {
        let two = token(2, 2);
        write!(db, registration_tokens::insert, &two);
        write!(db, registration_tokens::insert, &token(1, 1));
        let read = db.read();
        assert_eq!(
            registration_tokens::find(read, two.id).await.unwrap(),
            Some(two.clone())
        );
        let listed = registration_tokens::list_live(read, NOW, None, 10)
            .await
            .unwrap();
        assert_eq!(listed, [token(1, 1), two.clone()]);
        let after = Some(listed[0].id);
        let rest = registration_tokens::list_live(read, NOW, after, 10)
            .await
            .unwrap();
        assert_eq!(rest, std::slice::from_ref(&two));
        let left = |uses_left| RegistrationToken {
            uses_left,
            ..two.clone()
        };
        assert_eq!(
            write!(db, registration_tokens::claim, &two.hash, NOW),
            Some(left(1))
        );
        assert_eq!(
            write!(db, registration_tokens::claim, &two.hash, NOW + 60),
            None
        );
        assert_eq!(
            write!(db, registration_tokens::claim, &two.hash, NOW + 59),
            Some(left(0))
        );
        let found = registration_tokens::find_live(read, &two.hash, NOW).await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(write!(db, registration_tokens::claim, &two.hash, NOW), None);
        assert_eq!(
            write!(db, registration_tokens::claim, &hash("unknown"), NOW),
            None
        );
        assert!(write!(db, registration_tokens::delete, two.id));
        assert!(!write!(db, registration_tokens::delete, two.id));
        assert_eq!(write!(db, registration_tokens::purge, NOW + 60, 1000), 0);
        assert_eq!(write!(db, registration_tokens::purge, NOW + 61, 1000), 1);
    })
    .await;
}

#[tokio::test]
async fn replaced_registration_has_new_token() {
    on_both(async |db| {
        write!(db, clients::insert, &client("app"));
        let first = registration("app", "first", NOW);
        write!(db, client_registrations::insert, &first);
        let found = client_registrations::find(db.read(), &first.client_id)
            .await
            .unwrap();
        assert_eq!(found, Some(first));
        let second = registration("app", "second", NOW + 1);
        assert!(write!(
            db,
            client_registrations::replace,
            &hash("first"),
            &second
        ));
        let third = registration("app", "third", NOW + 1);
        assert!(!write!(
            db,
            client_registrations::replace,
            &hash("first"),
            &third
        ));
        assert!(write!(db, clients::delete, &second.client_id, NOW));
        let found = client_registrations::find(db.read(), &second.client_id)
            .await
            .unwrap();
        assert_eq!(found, None);
    })
    .await;
}

#[tokio::test]
async fn client_use_is_known_by_grants() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let used = scene.client.id.to_string();
        for id in ["stranger", "known"] {
            let mut one = client(id);
            one.registered_by = match id {
                "stranger" => RegisteredBy::Anonymous,
                _ => RegisteredBy::Token,
            };
            write!(db, clients::insert, &one);
            write!(db, client_registrations::insert, &registration(id, id, NOW));
        }
        write!(
            db,
            client_registrations::insert,
            &registration(&used, "used", NOW)
        );
        let mut after = None;
        for _ in 0..4 {
            let place = after.as_deref();
            after = write!(
                db,
                client_registrations::record_use_after,
                place,
                1,
                NOW + 5
            );
        }
        assert_eq!(
            after, None,
            "each of the three clients, one in a transaction"
        );
        let found = client_registrations::find(db.read(), &scene.client.id)
            .await
            .unwrap();
        assert_eq!(found.unwrap().seen_at, NOW + 5);
        let unused = async |before| {
            client_registrations::list_unused(db.read(), before, 10)
                .await
                .unwrap()
        };
        assert!(unused(NOW).await.is_empty());
        assert_eq!(unused(NOW + 9).await, [client_id("stranger")]);
    })
    .await;
}
