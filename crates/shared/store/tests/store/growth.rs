//! Growth: lists longer than a statement can have values, ends of many sessions and grants, and the
//! limits of deletions. A debug build accepts 100 values in a statement.

use std::collections::HashSet;

use doorward_domain::model::{EndReason, Grant, GrantId, RevokeReason, SessionId, User, UserId};
use doorward_store::repo::grants::{GrantLimit, GrantsOfUser};
use doorward_store::repo::imports::UserKeys;
use doorward_store::repo::sessions::BATCH;
use doorward_store::repo::{
    clients, grants, groups, imports, interactions, live_sessions, login_failures,
    logout_notifications, organizations, profile_fields, sessions, trusted_devices, users,
};
use doorward_store::{Db, repo};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, client_id, grant, hash, interaction, refresh_family, session};
use crate::harness::on_both;
use crate::write;

/// More values than one statement of a debug build can have.
const MANY: usize = 250;

fn ids() -> impl Iterator<Item = Uuid> {
    (1..).take(MANY).map(Uuid::from_u128)
}

#[tokio::test]
async fn long_lists_are_divided() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (read, alice) = (db.read(), &scene.user);
        let known: Vec<UserId> = ids().map(UserId::from_uuid).chain([alice.id]).collect();
        let found = users::find_many(read, known.iter().copied()).await.unwrap();
        assert_eq!(found, std::slice::from_ref(alice));
        let values = profile_fields::values_of_users(read, &known).await.unwrap();
        assert!(values.is_empty());
        let members = organizations::members_among(read, "acme", known).await;
        assert!(members.unwrap().is_empty());

        let texts: Vec<String> = (0..MANY).map(|number| format!("name-{number}")).collect();
        let words = || texts.iter().map(String::as_str);
        assert!(groups::line(read, None, words()).await.unwrap().is_empty());
        let imported = imports::find(read, "source", "user", words()).await;
        assert!(imported.unwrap().is_empty());
        let mut wanted = UserKeys {
            names: texts.iter().cloned().collect(),
            skeletons: texts.iter().cloned().collect(),
            emails: texts.iter().cloned().collect(),
            ids: ids().map(UserId::from_uuid).collect(),
            ..UserKeys::default()
        };
        wanted.emails.insert(alice.email_key.clone());
        let used = imports::users_with(read, &wanted).await.unwrap();
        assert_eq!(used.ids, HashSet::from([alice.id]));
        let named: Vec<_> = words().map(client_id).chain([client_id("app")]).collect();
        let named: Vec<_> = named.iter().collect();
        assert_eq!(clients::find_all(read, &named).await.unwrap().len(), 1);

        let buckets: Vec<[u8; 32]> = (0..MANY)
            .map(|number| [u8::try_from(number).unwrap(); 32])
            .collect();
        write!(db, login_failures::clear, &buckets);
        let cookies: Vec<_> = words().map(hash).collect();
        let device = write!(db, trusted_devices::record_use, alice.id, &cookies, NOW);
        assert_eq!(device, None);

        let listed: Vec<SessionId> = ids()
            .map(SessionId::from_uuid)
            .chain([scene.session.id])
            .collect();
        let live = live_sessions::find_many(read, &listed, NOW).await.unwrap();
        assert_eq!(live.len(), 1);
        let reason = EndReason::SignedOut;
        let ended = write!(db, sessions::end_many, &listed, reason, NOW);
        assert_eq!(ended, [scene.session.id]);
    })
    .await;
}

/// Stores sessions with the IDs from one on, each with a grant.
async fn store_many(db: &Db, scene: &Scene, count: usize) -> Vec<SessionId> {
    let tx = db.begin_write().await.unwrap();
    let mut ids = Vec::new();
    for number in 1..=count {
        let mut one = session(&scene.user, &format!("cookie {number}"));
        one.id = SessionId::from_uuid(Uuid::from_u128(number as u128));
        sessions::insert(&tx, &one).await.unwrap();
        let mut given = grant(&scene.user, &scene.client, &one);
        given.id = GrantId::from_uuid(Uuid::from_u128(number as u128));
        grants::insert(&tx, &given).await.unwrap();
        ids.push(one.id);
    }
    tx.commit().await.unwrap();
    ids
}

async fn count_of(db: &Db, user: &User) -> (usize, usize) {
    let sessions = sessions::list_for_user(db.read(), user.id, NOW).await;
    let grants = grants::list_for_user(db.read(), user.id, NOW).await;
    (sessions.unwrap().len(), grants.unwrap().len())
}

#[tokio::test]
async fn many_sessions_and_grants_of_user_end() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let alice = &scene.user;
        assert!(!sessions::has_many(db.read(), alice.id).await.unwrap());
        let batch = usize::try_from(BATCH).unwrap();
        store_many(db, &scene, batch + 100).await;
        assert!(sessions::has_many(db.read(), alice.id).await.unwrap());

        let reason = EndReason::PasswordChanged;
        let kept = scene.session.id;
        let oldest = write!(
            db,
            sessions::end_oldest_for_user,
            alice.id,
            Some(kept),
            reason,
            NOW
        );
        assert_eq!(oldest.len(), batch, "one statement ends no more");
        let ended = write!(
            db,
            sessions::end_all_for_user,
            alice.id,
            Some(kept),
            reason,
            NOW
        );
        assert_eq!((ended.count, ended.first.len()), (100, 100));
        let others = write!(db, sessions::end_all_for_user, alice.id, None, reason, NOW);
        assert_eq!((others.count, others.first), (1, vec![kept]));
        let notified = logout_notifications::list(db.read(), 0, 2 * BATCH).await;
        let notified = notified.unwrap().len() as u64;
        assert_eq!(notified, BATCH + 101, "the client, for each session");

        let revoked = RevokeReason::PasswordChanged;
        let except = GrantsOfUser::Except(scene.grant.id);
        let some = write!(
            db,
            grants::revoke_some_of_user,
            alice.id, except, revoked, NOW
        );
        assert_eq!(some, BATCH);
        let rest = write!(
            db,
            grants::revoke_of_user,
            alice.id,
            GrantsOfUser::To(&scene.client.id),
            revoked,
            NOW
        );
        assert_eq!(rest, 101);
        assert_eq!(count_of(db, alice).await, (0, 0));
        assert!(!sessions::has_many(db.read(), alice.id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn expired_sessions_end_in_portions() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        store_many(db, &scene, 5).await;
        let end = scene.session.expires_at;
        assert_eq!(write!(db, sessions::end_expired, end - 1, 4), 0);
        for expected in [4, 2, 0] {
            assert_eq!(write!(db, sessions::end_expired, end, 4), expected);
        }
        let notified = logout_notifications::list(db.read(), 0, 100).await;
        assert_eq!(notified.unwrap().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn oldest_sessions_beyond_limit_end() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        write!(
            db,
            sessions::end,
            scene.session.id,
            EndReason::SignedOut,
            NOW
        );
        let ids = store_many(db, &scene, 5).await;
        assert_eq!(write!(db, sessions::end_surplus, scene.user.id, 5, NOW), 0);
        assert_eq!(write!(db, sessions::end_surplus, scene.user.id, 3, NOW), 2);
        for (number, id) in ids.into_iter().enumerate() {
            let found = sessions::find(db.read(), id).await.unwrap().unwrap();
            let expected = (number < 2).then_some(EndReason::TooMany);
            assert_eq!(found.end_reason, expected, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn oldest_grants_beyond_limit_are_revoked() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (alice, app) = (&scene.user, &scene.client);
        let tx = db.begin_write().await.unwrap();
        for number in 1..=6_u128 {
            let refresh = refresh_family(&number.to_string(), 1);
            let given = Grant {
                id: GrantId::from_uuid(Uuid::from_u128(number)),
                refresh: (number % 2 == 0).then_some(refresh),
                ..grant(alice, app, &scene.session)
            };
            grants::insert(&tx, &given).await.unwrap();
        }
        tx.commit().await.unwrap();
        // The grant of the scene is the newest, and has no refresh token yet.
        for (with_refresh, keep, expected) in [
            (true, 4, false),
            (true, 3, true),
            (false, 4, false),
            (false, 3, true),
        ] {
            let limit = Some(GrantLimit { with_refresh, keep });
            for anywhere in [false, true] {
                let found =
                    grants::find_redeemable(db.read(), scene.grant.id, anywhere, limit, NOW);
                let found = found.await.unwrap().unwrap();
                assert_eq!(found.is_full, expected, "{limit:?}");
                assert_eq!(found.context.grant, scene.grant);
                assert_eq!(found.roles.anywhere.is_some(), anywhere);
            }
        }
        let revoke = grants::revoke_surplus;
        assert_eq!(write!(db, revoke, alice.id, &app.id, (true, 3), NOW), 0);
        assert_eq!(write!(db, revoke, alice.id, &app.id, (true, 2), NOW), 1);
        assert_eq!(write!(db, revoke, alice.id, &app.id, (false, 1), NOW), 3);
        let mut left = Vec::new();
        for number in 1..=6_u128 {
            let id = GrantId::from_uuid(Uuid::from_u128(number));
            let found = grants::find(db.read(), id).await.unwrap().unwrap();
            if found.revoked_at.is_none() {
                left.push(number);
            } else {
                assert_eq!(found.revoke_reason, Some(RevokeReason::TooMany));
                assert_eq!(found.expires_at, NOW, "its row does not stay for months");
            }
        }
        assert_eq!(left, [4, 6]);
    })
    .await;
}

#[tokio::test]
async fn deletion_stops_at_limit() {
    on_both(async |db| {
        for byte in ['a', 'b', 'c', 'd', 'e'] {
            write!(db, interactions::insert, &interaction(byte));
        }
        let count = async |limit| {
            interactions::count_open(db.read(), limit, NOW)
                .await
                .unwrap()
        };
        assert_eq!((count(9).await, count(3).await), (5, 3));
        for (deleted, left) in [(2, 3), (2, 1), (1, 0), (0, 0)] {
            assert_eq!(write!(db, repo::interactions::purge, NOW + 601, 2), deleted);
            assert_eq!(count(9).await, left);
        }
    })
    .await;
}
