use doorward_domain::model::{GrantId, RevokeReason};
use doorward_store::StoreError;
use doorward_store::repo::{clients, grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, client, grant, scope, session, user};
use crate::harness::on_both;
use crate::{refused, write};

#[tokio::test]
async fn grant_is_found_with_user_and_session() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let found = grants::find(db.read(), scene.grant.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&scene.grant));
        let context = async || {
            let found = crate::fixtures::grant_context(db, scene.grant.id)
                .await
                .unwrap();
            found.expect("the grant is there")
        };
        let found = context().await;
        assert_eq!(found.grant, scene.grant);
        assert_eq!(found.user.as_ref(), Some(&scene.user));
        assert_eq!(found.session.as_ref(), Some(&scene.session));

        // The session's row may be deleted; the grant stays.
        write!(db, sessions::purge, i64::MAX);
        let found = context().await;
        assert_eq!(found.user.as_ref(), Some(&scene.user));
        assert_eq!(found.session, None);

        let unknown = GrantId::from_uuid(Uuid::new_v4());
        assert_eq!(
            crate::fixtures::grant_context(db, unknown).await.unwrap(),
            None
        );
    })
    .await;
}

#[tokio::test]
async fn grant_needs_user_and_client() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let anonymous_caller = grant(&user("Eve"), &scene.client, &scene.session);
        let error = refused!(db, grants::insert, &anonymous_caller);
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");
        let unregistered = grant(&scene.user, &client("other"), &scene.session);
        let error = refused!(db, grants::insert, &unregistered);
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn grant_is_revoked_once_and_keeps_first_reason() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let id = scene.grant.id;
        assert!(write!(
            db,
            grants::revoke,
            id,
            RevokeReason::RefreshReused,
            NOW + 1
        ));
        assert!(!write!(
            db,
            grants::revoke,
            id,
            RevokeReason::ByOwner,
            NOW + 2
        ));
        let found = grants::find(db.read(), id)
            .await
            .unwrap()
            .expect("it is kept");
        assert_eq!(found.revoked_at, Some(NOW + 1));
        assert_eq!(found.revoke_reason, Some(RevokeReason::RefreshReused));
        assert_eq!(write!(db, grants::purge, scene.grant.expires_at), 0);
        assert_eq!(write!(db, grants::purge, scene.grant.expires_at + 1), 1);
    })
    .await;
}

#[tokio::test]
async fn grants_are_revoked_by_session_user_and_client() {
    on_both(async |db| {
        let Scene {
            user: alice,
            client: app,
            session: here,
            grant: offline,
        } = Scene::store(db).await;
        let there = session(&alice, "there");
        let bob = user("Bob");
        let other_app = client("other");
        let bobs_session = session(&bob, "bob");
        write!(db, users::insert, &bob);
        write!(db, clients::insert, &other_app);
        write!(db, sessions::insert, &there);
        write!(db, sessions::insert, &bobs_session);
        let mut online = grant(&alice, &app, &here);
        // Not the scope "offline_access", only similar ones.
        online.scope = scope("openid offline-access x:offline_access");
        let elsewhere = grant(&alice, &other_app, &there);
        let bobs = grant(&bob, &app, &bobs_session);
        for item in [&online, &elsewhere, &bobs] {
            write!(db, grants::insert, item);
        }
        let live = async |user: &doorward_domain::model::User| {
            let list = grants::list_for_user(db.read(), user.id, NOW)
                .await
                .unwrap();
            list.into_iter().map(|grant| grant.id).collect::<Vec<_>>()
        };
        assert_eq!(live(&alice).await.len(), 3);
        let over = grants::list_for_user(db.read(), alice.id, offline.expires_at)
            .await
            .unwrap();
        assert_eq!(over, []);

        let reason = RevokeReason::SessionEnded;
        assert_eq!(
            write!(db, grants::revoke_online_for_session, here.id, reason, NOW),
            1
        );
        assert!(!live(&alice).await.contains(&online.id));
        assert_eq!(
            write!(db, grants::revoke_for_session, here.id, reason, NOW),
            1
        );
        assert_eq!(live(&alice).await, [elsewhere.id]);
        let reason = RevokeReason::ByOwner;
        let count = write!(
            db,
            grants::revoke_for_user_and_client,
            alice.id, &app.id, reason, NOW
        );
        assert_eq!(count, 0);
        let count = write!(
            db,
            grants::revoke_for_user_and_client,
            alice.id, &other_app.id, reason, NOW
        );
        assert_eq!(count, 1);
        assert_eq!(live(&alice).await, []);
        let reason = RevokeReason::Administrator;
        assert_eq!(
            write!(db, grants::revoke_for_client, &other_app.id, reason, NOW),
            0
        );
        assert_eq!(live(&bob).await, [bobs.id]);
        assert_eq!(write!(db, grants::revoke_for_user, bob.id, reason, NOW), 1);
        assert_eq!(live(&bob).await, []);
    })
    .await;
}

#[tokio::test]
async fn all_other_grants_of_user_are_revoked() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let other = grant(&scene.user, &scene.client, &scene.session);
        write!(db, grants::insert, &other);
        let (reason, stored) = (RevokeReason::PasswordChanged, Some(scene.grant.id));
        let revoke = grants::revoke_others_for_user;
        let user = scene.user.id;
        assert_eq!(write!(db, revoke, user, stored, reason, NOW), 1);
        let revoked_at = async |id| {
            let found = grants::find(db.read(), id).await.unwrap();
            found.expect("it is kept").revoked_at
        };
        assert_eq!(revoked_at(scene.grant.id).await, None);
        assert_eq!(revoked_at(other.id).await, Some(NOW));
        assert_eq!(write!(db, revoke, user, None, reason, NOW), 1);
        assert_eq!(revoked_at(scene.grant.id).await, Some(NOW));
    })
    .await;
}
