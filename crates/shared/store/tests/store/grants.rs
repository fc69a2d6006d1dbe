use doorward_domain::model::{EndReason, GrantId, RevokeReason};
use doorward_store::StoreError;
use doorward_store::repo::client_reach::ClientReach;
use doorward_store::repo::grants::GrantsOfUser;
use doorward_store::repo::{client_reach, clients, grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, client, code, grant, refresh_family, scope, session, user};
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
        write!(db, sessions::purge, i64::MAX, 1000);
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
        assert_eq!(write!(db, grants::purge, scene.grant.expires_at, 1000), 0);
        assert_eq!(
            write!(db, grants::purge, scene.grant.expires_at + 1, 1000),
            1
        );
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
            grants::revoke_of_user,
            alice.id,
            GrantsOfUser::To(&app.id),
            reason,
            NOW
        );
        assert_eq!(count, 0);
        let count = write!(
            db,
            grants::revoke_of_user,
            alice.id,
            GrantsOfUser::To(&other_app.id),
            reason,
            NOW
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
        let reason = RevokeReason::PasswordChanged;
        let others = GrantsOfUser::Except(scene.grant.id);
        let revoke = grants::revoke_of_user;
        let user = scene.user.id;
        assert_eq!(write!(db, revoke, user, others, reason, NOW), 1);
        let revoked_at = async |id| {
            let found = grants::find(db.read(), id).await.unwrap();
            found.expect("it is kept").revoked_at
        };
        assert_eq!(revoked_at(scene.grant.id).await, None);
        assert_eq!(revoked_at(other.id).await, Some(NOW));
        assert_eq!(write!(db, revoke, user, GrantsOfUser::All, reason, NOW), 1);
        assert_eq!(revoked_at(scene.grant.id).await, Some(NOW));
    })
    .await;
}

#[tokio::test]
async fn reach_of_client_counts_what_has_not_ended() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (alice, app, here) = (&scene.user, &scene.client, &scene.session);
        let bob = user("Bob");
        write!(db, users::insert, &bob);
        let over = session(&bob, "other cookie");
        write!(db, sessions::insert, &over);
        let reach = async || client_reach::find(db.read(), &app.id, NOW).await.unwrap();
        let of_scene = ClientReach {
            users: 1,
            sessions: 1,
            grants: 1,
            refresh_tokens: 0,
            is_partial: false,
        };
        assert_eq!(reach().await, of_scene);
        // A second grant of the same session, with a refresh token, and one of another user whose
        // session has ended.
        let mut refreshed = grant(alice, app, here);
        refreshed.refresh = Some(refresh_family("refresh", 1));
        write!(db, grants::insert, &refreshed);
        write!(db, grants::insert, &grant(&bob, app, &over));
        write!(db, sessions::end, over.id, EndReason::SignedOut, NOW);
        let all = ClientReach {
            users: 2,
            sessions: 1,
            grants: 3,
            refresh_tokens: 1,
            is_partial: false,
        };
        assert_eq!(reach().await, all);
        assert!(!all.is_capped());
        // Not counted: revoked, expired, with an unused code that has expired, of another client.
        let mut unused = grant(alice, app, here);
        unused.code = Some(code("unused"));
        write!(db, grants::insert, &unused);
        assert_eq!(reach().await.grants, 4);
        let later = client_reach::find(db.read(), &app.id, NOW + 61).await;
        assert_eq!(later.unwrap().grants, 3);
        let reason = RevokeReason::Administrator;
        write!(db, grants::revoke_for_user, bob.id, reason, NOW);
        assert_eq!(reach().await.users, 1);
        let late = client_reach::find(db.read(), &app.id, NOW + 20_000).await;
        assert_eq!(late.unwrap(), ClientReach::default());
        let other = client("other");
        write!(db, clients::insert, &other);
        let none = client_reach::find(db.read(), &other.id, NOW).await;
        assert_eq!(none.unwrap(), ClientReach::default());
    })
    .await;
}

#[tokio::test]
async fn reach_of_client_is_capped() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let tx = db.begin_write().await.unwrap();
        for _ in 0..2_050 {
            let more = grant(&scene.user, &scene.client, &scene.session);
            grants::insert(&tx, &more).await.unwrap();
        }
        tx.commit().await.unwrap();
        let reach = client_reach::find(db.read(), &scene.client.id, NOW).await;
        let reach = reach.unwrap();
        assert_eq!((reach.grants, reach.users), (1_001, 1));
        assert!(reach.is_capped());
        // Grants that have ended are read up to a bound.
        let late = client_reach::find(db.read(), &scene.client.id, NOW + 20_000).await;
        let late = late.unwrap();
        assert_eq!(late.grants, 0);
        assert!(late.is_capped());
    })
    .await;
}
