use std::net::IpAddr;

use doorward_domain::model::{
    Client, ClientAuth, ClientKind, CodeProtection, MetadataDocument, PKCE_STREAK, PkcePolicy,
    SecretUse, SecretUses,
};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_store::repo::{clients, consents, grants};

use crate::fixtures::{NOW, Scene, client, client_id, consent, hash};
use crate::harness::on_both;
use crate::{refused, write};

#[tokio::test]
async fn client_round_trips_through_store() {
    on_both(async |db| {
        let full = client("full");
        write!(db, clients::insert, &full);
        let mut bare = client("bare id with spaces");
        bare.kind = ClientKind::Public;
        bare.secret_hash = None;
        bare.scopes = Scope::default();
        bare.redirect_uris.clear();
        bare.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
        bare.assertion_audience = None;
        bare.pkce = PkcePolicy::Optional;
        bare.pkce_streak = 0;
        bare.code_protection = None;
        bare.jwks = None;
        bare.jwks_uri = None;
        bare.require_signed_request_object = false;
        bare.dpop_bound_access_tokens = false;
        bare.document = None;
        bare.disabled_at = None;
        write!(db, clients::insert, &bare);
        for stored in [&full, &bare] {
            let found = clients::find(db.read(), &stored.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(stored));
        }
        assert_eq!(
            clients::find(db.read(), &client_id("FULL")).await.unwrap(),
            None
        );
        let error = refused!(db, clients::insert, &full);
        assert!(error.is_conflict_on("id"), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn clients_are_listed_and_changed() {
    on_both(async |db| {
        for id in ["b", "a", "c"] {
            write!(db, clients::insert, &client(id));
        }
        let ids = async |after: Option<&str>, limit| {
            let after = after.map(client_id);
            let list = clients::list(db.read(), after.as_ref(), limit)
                .await
                .unwrap();
            list.into_iter()
                .map(|client| client.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(None, 2).await, ["a", "b"]);
        assert_eq!(ids(Some("b"), 2).await, ["c"]);

        let mut changed = client("b");
        changed.name = "renamed".to_owned();
        changed.secret_hash = Some(hash("rotated"));
        changed.auth_method = ClientAuth::Only(ClientAuthMethod::ClientSecretPost);
        assert!(write!(db, clients::update, &changed));
        assert_eq!(
            clients::find(db.read(), &changed.id).await.unwrap(),
            Some(changed)
        );
        assert_eq!(
            clients::find(db.read(), &client_id("a")).await.unwrap(),
            Some(client("a"))
        );
        assert!(!write!(db, clients::update, &client("nobody")));
    })
    .await;
}

/// Ten consecutive sign-ins; a concurrent update of the client does not lose them.
#[tokio::test]
async fn pkce_count_stops_at_ten_and_survives_update() {
    on_both(async |db| {
        let mut app = client("app");
        (app.pkce_streak, app.code_protection) = (0, None);
        write!(db, clients::insert, &app);
        let of = async || clients::find(db.read(), &app.id).await.unwrap().unwrap();
        for expected in 1..PKCE_STREAK {
            assert_eq!(write!(db, clients::count_pkce, &app.id), Some(expected));
        }
        write!(
            db,
            clients::record_protection,
            &app.id,
            CodeProtection::None
        );
        assert_eq!(of().await.pkce_streak, 0, "the count starts anew");
        assert_eq!(of().await.code_protection, Some(CodeProtection::None));
        for expected in 1..=PKCE_STREAK {
            assert_eq!(write!(db, clients::count_pkce, &app.id), Some(expected));
        }
        assert_eq!(write!(db, clients::count_pkce, &app.id), None);
        write!(
            db,
            clients::record_protection,
            &app.id,
            CodeProtection::None
        );
        assert!(write!(db, clients::update, &app), "read before the switch");
        assert!(
            of().await.has_switched_to_pkce(),
            "nothing undoes the switch"
        );
        write!(db, clients::reset_pkce, &app.id);
        assert_eq!(
            (of().await.pkce_streak, of().await.code_protection),
            (0, None)
        );
        for pkce in [PkcePolicy::Required, PkcePolicy::Optional] {
            app.pkce = pkce;
            assert!(write!(db, clients::update, &app));
            assert_eq!(write!(db, clients::count_pkce, &app.id), None);
        }
    })
    .await;
}

#[tokio::test]
async fn deleted_client_leaves_no_grant_or_consent() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        write!(
            db,
            consents::upsert,
            &consent(&scene.user, &scene.client, "openid")
        );
        assert!(write!(db, clients::delete, &scene.client.id, NOW));
        assert!(!write!(db, clients::delete, &scene.client.id, NOW));
        assert_eq!(grants::find(db.read(), scene.grant.id).await.unwrap(), None);
        let found = consents::find(db.read(), scene.user.id, &scene.client.id)
            .await
            .unwrap();
        assert_eq!(found, None);
    })
    .await;
}

#[tokio::test]
async fn clients_with_frontchannel_logout_are_found_by_session() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let session = scene.session.id;
        let found = async || {
            let list = clients::framed_in_session(db.read(), session)
                .await
                .unwrap();
            list.into_iter().map(|client| client.id).collect::<Vec<_>>()
        };
        let mut client = scene.client.clone();
        client.disabled_at = None;
        write!(db, clients::update, &client);
        assert_eq!(found().await, [client.id.clone()]);
        client.logout.frontchannel = None;
        write!(db, clients::update, &client);
        assert_eq!(found().await, []);
        client.logout.frontchannel = Some("https://app.example/frame".to_owned());
        client.disabled_at = Some(NOW);
        write!(db, clients::update, &client);
        assert_eq!(found().await, []);
    })
    .await;
}

#[tokio::test]
async fn unused_document_client_is_removed() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let published = |id: &str, fetched_at| Client {
            document: Some(MetadataDocument {
                fetched_at,
                fresh_until: fetched_at + 300,
            }),
            disabled_at: None,
            ..client(id)
        };
        let (old, new) = (NOW - 100, NOW);
        let kept = [
            published("https://new.example/c", new),
            published("https://allowed.example/c", old),
            Client {
                disabled_at: Some(NOW),
                ..published("https://off.example/c", old)
            },
        ];
        let removed = [
            published("https://old.example/c", old),
            published("https://withdrawn.example/c", old),
        ];
        for item in kept.iter().chain(&removed) {
            write!(db, clients::insert, item);
        }
        for item in [&kept[1], &removed[1]] {
            write!(db, consents::upsert, &consent(&scene.user, item, "openid"));
        }
        write!(db, consents::revoke, scene.user.id, &removed[1].id, NOW);
        let all = clients::count_documents(db.read()).await.unwrap();
        let registered = u64::from(scene.client.document.is_some());
        assert_eq!(all, 5 + registered);
        assert_eq!(write!(db, clients::purge_documents, NOW, 1000), 2);
        for (list, stays) in [(&kept[..], true), (&removed[..], false)] {
            for item in list {
                let found = clients::find(db.read(), &item.id).await.unwrap();
                assert_eq!(found.is_some(), stays, "{}", item.id);
            }
        }
        let scene = clients::find(db.read(), &scene.client.id).await.unwrap();
        assert!(scene.is_some(), "one with a grant stays");
    })
    .await;
}

#[tokio::test]
async fn use_of_secret_is_recorded_and_moves_with_it() {
    on_both(async |db| {
        let mut app = client("app");
        app.former_secret = None;
        write!(db, clients::insert, &app);
        let uses = async || {
            let found = clients::find_with_secret_uses(db.read(), &app.id).await;
            let (_, uses) = found.unwrap().unwrap();
            [uses.current, uses.former].map(|used| used.at.map(|at| (at, used.from, used.count)))
        };
        let (here, there) = ("192.0.2.1".parse().ok(), "2001:db8::1".parse().ok());
        let record = async |secret: &str, at: i64, from: Option<IpAddr>, count: i64| {
            let used = SecretUse {
                at: Some(at),
                from,
                count,
            };
            write!(db, clients::record_secret_use, &app.id, &hash(secret), used);
        };
        assert_eq!(uses().await, [None, None]);
        record("secret", NOW, here, 1).await;
        record("other", NOW + 10, there, 1).await;
        assert_eq!(uses().await, [Some((NOW, here, 1)), None]);
        // Another replica has recorded a later use.
        record("secret", NOW - 5, there, 7).await;
        assert_eq!(uses().await, [Some((NOW, here, 8)), None]);
        let mut rotated = app.clone();
        rotated.replace_secret(hash("second"), Some(NOW + 9_000), NOW + 3_600);
        assert!(write!(db, clients::update, &rotated));
        write!(db, clients::move_secret_use, &rotated);
        assert_eq!(uses().await, [None, Some((NOW, here, 8))]);
        record("secret", NOW + 3_600, there, 2).await;
        record("second", NOW + 3_601, None, 1).await;
        let both = [Some((NOW + 3_601, None, 1)), Some((NOW + 3_600, there, 10))];
        assert_eq!(uses().await, both);
        // A change of another setting keeps the uses.
        rotated.name = "renamed".to_owned();
        assert!(write!(db, clients::update, &rotated));
        assert_eq!(uses().await, both);
        rotated.replace_secret(hash("third"), None, NOW + 3_700);
        assert!(write!(db, clients::update, &rotated));
        write!(db, clients::move_secret_use, &rotated);
        let found = clients::find_with_secret_uses(db.read(), &app.id).await;
        assert_eq!(found.unwrap().unwrap(), (rotated, SecretUses::default()));
    })
    .await;
}
