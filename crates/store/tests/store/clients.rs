use doorward_domain::model::ClientKind;
use doorward_protocol::scope::Scope;
use doorward_store::repo::{clients, codes, consents, grants, refresh_tokens};

use crate::fixtures::{NOW, Scene, client, client_id, code, consent, hash, refresh_token};
use crate::harness::on_both;
use crate::{refused, write};

#[tokio::test]
async fn a_client_comes_back_as_it_was_stored() {
    on_both(async |db| {
        let full = client("full");
        write!(db, clients::insert, &full);
        let mut bare = client("bare id with spaces");
        bare.kind = ClientKind::Public;
        bare.secret_hash = None;
        bare.scopes = Scope::default();
        bare.redirect_uris.clear();
        bare.pkce_exception = None;
        bare.jwks = None;
        bare.jwks_uri = None;
        bare.require_signed_request_object = false;
        bare.dpop_bound_access_tokens = false;
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

#[tokio::test]
async fn a_deleted_client_leaves_no_grant_code_token_or_consent() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        write!(db, codes::insert, &code(&scene.grant, "code"));
        write!(
            db,
            refresh_tokens::insert,
            &refresh_token(&scene.grant, "token")
        );
        write!(
            db,
            consents::upsert,
            &consent(&scene.user, &scene.client, "openid")
        );
        assert!(write!(db, clients::delete, &scene.client.id));
        assert!(!write!(db, clients::delete, &scene.client.id));
        assert_eq!(grants::find(db.read(), scene.grant.id).await.unwrap(), None);
        assert_eq!(
            write!(db, codes::claim, &hash("code"), NOW),
            codes::Claim::Unknown
        );
        let token = refresh_tokens::find_with_grant(db.read(), &hash("token"))
            .await
            .unwrap();
        assert_eq!(token, None);
        let found = consents::find(db.read(), scene.user.id, &scene.client.id)
            .await
            .unwrap();
        assert_eq!(found, None);
    })
    .await;
}
