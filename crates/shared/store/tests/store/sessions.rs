use doorward_domain::model::{Authentication, EndReason};
use doorward_store::repo::{sessions, users};

use crate::fixtures::{NOW, Scene, hash, session, user};
use crate::harness::on_both;
use crate::{refused, write};

#[tokio::test]
async fn only_active_session_is_found_by_cookie() {
    on_both(async |db| {
        let Scene { session, user, .. } = Scene::store(db).await;
        let live = async |now| {
            sessions::find_active(db.read(), &hash("cookie"), now)
                .await
                .unwrap()
        };
        assert_eq!(live(NOW).await, Some((session.clone(), user.clone())));
        assert!(live(session.idle_expires_at - 1).await.is_some());
        assert_eq!(live(session.idle_expires_at).await, None);
        assert_eq!(
            sessions::find_active(db.read(), &hash("other"), NOW)
                .await
                .unwrap(),
            None
        );

        // Used until the end of its lifetime, it ends there nevertheless.
        assert!(write!(
            db,
            sessions::touch,
            session.id,
            NOW + 50,
            NOW + 5000
        ));
        assert!(live(session.expires_at - 1).await.is_some());
        assert_eq!(live(session.expires_at).await, None);

        assert!(write!(
            db,
            sessions::end,
            session.id,
            EndReason::SignedOut,
            NOW + 60
        ));
        assert_eq!(live(NOW + 60).await, None);
        assert!(!write!(
            db,
            sessions::end,
            session.id,
            EndReason::Administrator,
            NOW + 70
        ));
        assert!(!write!(
            db,
            sessions::touch,
            session.id,
            NOW + 80,
            NOW + 6000
        ));
        let (ended, owner) = sessions::find_with_user(db.read(), session.id)
            .await
            .unwrap()
            .expect("it is kept");
        assert_eq!(owner, user);
        assert_eq!(ended.ended_at, Some(NOW + 60));
        assert_eq!(ended.end_reason, Some(EndReason::SignedOut));
        assert_eq!(ended.last_seen_at, NOW + 50);
    })
    .await;
}

#[tokio::test]
async fn step_up_gives_new_cookie_once() {
    on_both(async |db| {
        let Scene { session, .. } = Scene::store(db).await;
        let stronger = Authentication {
            auth_time: NOW + 7,
            acr: "urn:example:mfa".to_owned(),
            amr: vec!["hwk".to_owned()],
        };
        let (old, new) = (hash("cookie"), hash("new cookie"));
        assert!(write!(
            db,
            sessions::rotate,
            session.id, &old, &new, &stronger
        ));
        assert!(!write!(
            db,
            sessions::rotate,
            session.id,
            &old,
            &hash("third"),
            &stronger
        ));
        assert_eq!(
            sessions::find_active(db.read(), &old, NOW).await.unwrap(),
            None
        );
        let (rotated, _) = sessions::find_active(db.read(), &new, NOW)
            .await
            .unwrap()
            .expect("the new cookie works");
        assert_eq!(rotated.id, session.id);
        assert_eq!(rotated.authentication, stronger);
        write!(db, sessions::end, session.id, EndReason::Replaced, NOW);
        assert!(!write!(
            db,
            sessions::rotate,
            session.id, &new, &old, &stronger
        ));
    })
    .await;
}

#[tokio::test]
async fn all_other_sessions_of_user_are_ended() {
    on_both(async |db| {
        let Scene {
            session: first,
            user: alice,
            ..
        } = Scene::store(db).await;
        let bob = user("Bob");
        write!(db, users::insert, &bob);
        let mut second = session(&alice, "second");
        second.last_seen_at = NOW + 5;
        let third = session(&alice, "third");
        let other = session(&bob, "other");
        for item in [&second, &third, &other] {
            write!(db, sessions::insert, item);
        }
        write!(db, sessions::end, third.id, EndReason::SignedOut, NOW);
        let listed = sessions::list_for_user(db.read(), alice.id, NOW)
            .await
            .unwrap();
        assert_eq!(listed, [second.clone(), first.clone()]);

        let reason = EndReason::PasswordChanged;
        let ended = write!(
            db,
            sessions::end_all_for_user,
            alice.id,
            Some(first.id),
            reason,
            NOW
        );
        assert_eq!((ended.count, ended.first), (1, vec![second.id]));
        let listed = sessions::list_for_user(db.read(), alice.id, NOW)
            .await
            .unwrap();
        assert_eq!(listed, std::slice::from_ref(&first));
        let ended = write!(db, sessions::end_all_for_user, alice.id, None, reason, NOW);
        assert_eq!((ended.count, ended.first), (1, vec![first.id]));
        let stored = sessions::find(db.read(), third.id)
            .await
            .unwrap()
            .expect("it is kept");
        assert_eq!(stored.end_reason, Some(EndReason::SignedOut));
        assert_eq!(
            sessions::find(db.read(), other.id).await.unwrap(),
            Some(other)
        );
    })
    .await;
}

#[tokio::test]
async fn cookie_is_unique_and_ended_sessions_are_purged() {
    on_both(async |db| {
        let Scene {
            session: first,
            user,
            ..
        } = Scene::store(db).await;
        let error = refused!(db, sessions::insert, &session(&user, "cookie"));
        assert!(error.is_conflict_on("token_hash"), "{error:?}");
        let found = sessions::find_by_token(db.read(), &first.token_hash).await;
        assert_eq!(found.unwrap(), Some(first.clone()), "live");
        let over = async |limit, now| {
            let read = sessions::ended_page_for_user(db.read(), user.id, None, limit, now).await;
            read.unwrap().len()
        };
        assert_eq!(over(20, first.idle_expires_at - 1).await, 0);
        assert_eq!(over(20, first.idle_expires_at).await, 1, "idle");
        assert_eq!(over(0, first.expires_at).await, 0);
        assert_eq!(write!(db, sessions::purge, first.expires_at, 1000), 0);
        assert_eq!(write!(db, sessions::purge, first.expires_at + 1, 1000), 1);
        assert_eq!(sessions::find(db.read(), first.id).await.unwrap(), None);
    })
    .await;
}
