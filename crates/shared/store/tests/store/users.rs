use doorward_domain::model::{User, UserId};
use doorward_store::StoreError;
use doorward_store::repo::{grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, user};
use crate::harness::{execute, on_both, on_both_databases};
use crate::{refused, write};

#[tokio::test]
async fn user_is_found_by_id_user_name_and_email() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let conn = db.read();
        assert_eq!(
            users::find_by_id(conn, alice.id).await.unwrap(),
            Some(alice.clone())
        );
        for key in ["alice", "alice@example.org"] {
            let found = users::find_by_identifier(conn, key).await.unwrap();
            assert_eq!(found, Some(alice.clone()), "{key}");
        }
        for key in ["Alice", "alic", "alice@example.or", ""] {
            assert_eq!(
                users::find_by_identifier(conn, key).await.unwrap(),
                None,
                "{key}"
            );
        }
        assert_eq!(users::find_by_id(conn, user("x").id).await.unwrap(), None);
    })
    .await;
}

/// Returns true for a name conflict. Equal names have equal skeletons: each database may report
/// either.
fn is_name_conflict(error: &StoreError) -> bool {
    error.is_conflict_on("username_key") || error.is_conflict_on("username_skeleton")
}

#[tokio::test]
async fn duplicate_identifier_is_conflict_on_column() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let mut same_name = user("ALICE");
        same_name.email_key = "other@example.org".to_owned();
        let error = refused!(db, users::insert, &same_name);
        assert!(is_name_conflict(&error), "{error:?}");
        assert!(!format!("{error}").contains("alice"), "{error}");
        let mut same_address = user("Bob");
        same_address.email_key.clone_from(&alice.email_key);
        let error = refused!(db, users::insert, &same_address);
        assert!(error.is_conflict_on("email_key"), "{error:?}");

        let bob = user("Bob");
        write!(db, users::insert, &bob);
        let mut renamed = bob.clone();
        renamed.username_key.clone_from(&alice.username_key);
        let error = refused!(db, users::update, &renamed);
        assert!(is_name_conflict(&error), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn every_change_to_user_is_stored() {
    on_both(async |db| {
        let mut alice = user("Alice");
        write!(db, users::insert, &alice);

        assert!(write!(
            db,
            users::update_password,
            alice.id, "$argon2id$two", NOW
        ));
        alice.password_hash = Some("$argon2id$two".to_owned());
        alice.password_changed_at = Some(NOW);
        alice.updated_at = NOW;
        assert_eq!(
            users::find_by_id(db.read(), alice.id).await.unwrap(),
            Some(alice.clone())
        );

        assert!(!write!(
            db,
            users::confirm_password_hash,
            alice.id, "$argon2id$one", "$x"
        ));
        assert!(write!(
            db,
            users::confirm_password_hash,
            alice.id, "$argon2id$two", "$3"
        ));
        alice.password_hash = Some("$3".to_owned());
        alice.disabled_at = Some(NOW + 1);
        alice.updated_at = NOW + 1;
        assert!(write!(db, users::update, &alice));
        assert!(!write!(
            db,
            users::confirm_password_hash,
            alice.id, "$3", "$3"
        ));
        assert!(write!(
            db,
            users::set_email_verified,
            alice.id,
            false,
            NOW + 2
        ));
        alice.email_verified = false;
        alice.updated_at = NOW + 2;
        assert_eq!(
            users::find_by_id(db.read(), alice.id).await.unwrap(),
            Some(alice.clone())
        );

        alice.disabled_at = None;
        alice.updated_at = NOW + 3;
        alice.profile.nickname = Some("Al".to_owned());
        alice.password_hash = None;
        alice.is_staff = false;
        assert!(write!(db, users::update, &alice));
        assert_eq!(
            users::find_by_id(db.read(), alice.id).await.unwrap(),
            Some(alice)
        );

        let nobody = user("nobody");
        assert!(!write!(db, users::update, &nobody));
        assert!(!write!(db, users::update_password, nobody.id, "$x", NOW));
        assert!(!write!(db, users::delete, nobody.id, NOW));
    })
    .await;
}

#[tokio::test]
async fn several_users_have_no_user_name() {
    on_both(async |db| {
        let nameless = |name: &str| User {
            username: String::new(),
            username_key: String::new(),
            ..user(name)
        };
        let (mut first, second) = (nameless("first"), nameless("second"));
        write!(db, users::insert, &first);
        write!(db, users::insert, &second);
        for person in [&first, &second] {
            let found = users::find_by_identifier(db.read(), &person.email_key).await;
            assert_eq!(found.unwrap().as_ref(), Some(person));
        }
        assert_eq!(
            users::find_by_identifier(db.read(), "").await.unwrap(),
            None
        );
        first.username = "alfa".to_owned();
        first.username_key = "alfa".to_owned();
        assert!(write!(db, users::update, &first));
        assert!(users::has_username(db.read(), "a1fa", 0).await.unwrap());
        first.username.clear();
        first.username_key.clear();
        assert!(write!(db, users::update, &first));
        assert!(!users::has_username(db.read(), "a1fa", 0).await.unwrap());
        assert!(write!(db, users::record_login, second.id, NOW + 9));
        let found = users::find_by_id(db.read(), second.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!(found.last_login.0, Some(NOW + 9));
        assert_eq!(found.updated_at, second.updated_at);
        // An update with an older state does not undo the sign-in.
        assert!(write!(db, users::update, &second));
        let found = users::find_by_id(db.read(), second.id).await.unwrap();
        assert_eq!(found.unwrap().last_login.0, Some(NOW + 9));
    })
    .await;
}

#[tokio::test]
async fn users_are_listed_page_by_page() {
    on_both(async |db| {
        let mut people = Vec::new();
        for number in 1..=5_u128 {
            let mut person = user(&format!("user{number}"));
            person.id = UserId::from_uuid(Uuid::from_u128(number));
            write!(db, users::insert, &person);
            people.push(person);
        }
        assert_eq!(users::count(db.read()).await.unwrap(), 5);
        let first = users::list(db.read(), None, 2).await.unwrap();
        assert_eq!(first, people[..2]);
        let second = users::list(db.read(), Some(first[1].id), 2).await.unwrap();
        assert_eq!(second, people[2..4]);
        let third = users::list(db.read(), Some(second[1].id), 2).await.unwrap();
        assert_eq!(third, people[4..]);
        assert_eq!(
            users::list(db.read(), Some(third[0].id), 2).await.unwrap(),
            []
        );
    })
    .await;
}

#[tokio::test]
async fn deleted_user_leaves_no_session_and_no_grant() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        assert!(write!(db, users::delete, scene.user.id, NOW));
        assert_eq!(
            users::find_by_id(db.read(), scene.user.id).await.unwrap(),
            None
        );
        assert_eq!(
            sessions::find(db.read(), scene.session.id).await.unwrap(),
            None
        );
        assert_eq!(grants::find(db.read(), scene.grant.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn profile_is_updated_only_at_read_version() {
    on_both(async |db| {
        let mut alice = user("Alice");
        write!(db, users::insert, &alice);
        let seen = alice.updated_at;
        alice.profile.nickname = Some("Al".to_owned());
        alice.updated_at = NOW;
        assert!(write!(db, users::update_profile, &alice, seen));
        let stored = users::find_by_id(db.read(), alice.id).await.unwrap();
        assert_eq!(stored, Some(alice.clone()));
        alice.profile.nickname = Some("Ally".to_owned());
        assert!(!write!(db, users::update_profile, &alice, seen));
        let stored = users::find_by_id(db.read(), alice.id).await.unwrap();
        assert_eq!(
            stored.unwrap().profile.nickname.as_deref(),
            Some("Al"),
            "the later one saw too little"
        );
    })
    .await;
}

#[tokio::test]
async fn deletion_is_scheduled_cancelled_or_executed_once() {
    on_both(async |db| {
        let [alice, bob] = [user("Alice"), user("Bob")];
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        assert!(!write!(db, users::cancel_deletion, alice.id));
        assert!(write!(db, users::schedule_deletion, alice.id, NOW + 10));
        assert!(
            !write!(db, users::schedule_deletion, alice.id, NOW + 99),
            "the first word stands"
        );
        // An update of other fields does not change it.
        assert!(write!(db, users::update, &alice));
        let due = async |at| users::list_due(db.read(), at, 10).await.unwrap();
        assert!(due(NOW + 9).await.is_empty());
        let listed = due(NOW + 10).await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].deletion_due_at, Some(NOW + 10));

        assert!(!write!(db, users::delete_due, alice.id, NOW + 9));
        assert!(write!(db, users::cancel_deletion, alice.id));
        assert!(!write!(db, users::cancel_deletion, alice.id));
        assert!(!write!(db, users::delete_due, alice.id, NOW + 99));

        assert!(write!(db, users::schedule_deletion, alice.id, NOW + 10));
        assert!(write!(db, users::delete_due, alice.id, NOW + 10));
        assert!(!write!(db, users::delete_due, alice.id, NOW + 10));
        assert!(!write!(db, users::cancel_deletion, alice.id));
        assert!(!write!(db, users::delete_due, bob.id, NOW + 99));
        assert_eq!(users::count(db.read()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn confusable_user_names_conflict() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        for (name, existing) in [("alice", true), ("a1ice", true), ("alicia", false)] {
            let answer = users::has_username(db.read(), name, NOW).await.unwrap();
            assert_eq!(answer, existing, "{name}");
        }
        let error = refused!(db, users::insert, &user("a1ice"));
        assert!(error.is_conflict_on("username_skeleton"), "{error:?}");
        // Also for a name that another user already has.
        let mut bob = user("bob");
        write!(db, users::insert, &bob);
        bob.username_key = "a1ice".to_owned();
        let error = refused!(db, users::update, &bob);
        assert!(error.is_conflict_on("username_skeleton"), "{error:?}");
        // A user without a verified address for too long reserves no name.
        write!(db, users::mark_unproved, alice.id, NOW);
        for (before, existing) in [(NOW - 1, true), (NOW, alice.email_verified)] {
            let answer = users::has_username(db.read(), "a1ice", before);
            assert_eq!(answer.await.unwrap(), existing, "{before}");
            let owing = users::list_unproved_named(db.read(), "a1ice", before);
            assert_eq!(owing.await.unwrap().is_empty(), existing, "{before}");
        }
        // A user may keep the own skeleton; after a rename it is free for others.
        let renamed = doorward_domain::model::User {
            username_key: "a1ice".to_owned(),
            ..alice.clone()
        };
        assert!(write!(db, users::update, &renamed));
        let renamed = doorward_domain::model::User {
            username_key: "carol".to_owned(),
            ..renamed
        };
        assert!(write!(db, users::update, &renamed));
        assert!(write!(db, users::update, &bob));
    })
    .await;
}

#[tokio::test]
async fn confusable_names_of_existing_users_are_kept() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        write!(db, users::insert, &user("milly"));
        let id = if place.url.starts_with("sqlite") {
            "randomblob(16)"
        } else {
            "gen_random_uuid()"
        };
        let insert = format!(
            "INSERT INTO users (id, username, username_key, email, email_key, email_verified, \
             profile, is_staff, created_at, updated_at) SELECT {id}, 'mi1ly', 'mi1ly', \
             'mi1ly@example.org', 'mi1ly@example.org', email_verified, profile, is_staff, \
             created_at + 10, updated_at FROM users"
        );
        execute(&place.url, &insert).await;
        // Both exist, can be changed, and prevent a third one.
        for key in ["milly", "mi1ly"] {
            let found = users::find_by_identifier(db.read(), key).await.unwrap();
            let mut found = found.expect("a user");
            found.email_verified = false;
            assert!(write!(db, users::update, &found), "{key}");
        }
        let error = refused!(db, users::insert, &user("mil1y"));
        assert!(is_name_conflict(&error), "{error:?}");
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn unverified_user_is_deleted_at_deadline() {
    on_both(async |db| {
        let sign_up = |name: &str| doorward_domain::model::User {
            email_verified: false,
            ..user(name)
        };
        let people = ["anna", "bert", "cleo", "dora"].map(sign_up);
        for person in &people {
            write!(db, users::insert, person);
        }
        let [anna, bert, cleo, dora] = people;
        // Dora was created by an operator; Bert has verified his address, as Cleo has another one.
        for id in [anna.id, bert.id, cleo.id] {
            assert!(write!(db, users::mark_unproved, id, NOW));
        }
        assert!(write!(db, users::set_email_verified, bert.id, true, NOW));
        let proved = doorward_domain::model::User {
            email_verified: true,
            ..cleo.clone()
        };
        assert!(write!(db, users::update, &proved));
        assert!(write!(db, users::update, &cleo));
        let list = async |before| users::list_unproved(db.read(), before, 10).await.unwrap();
        assert_eq!(list(NOW - 1).await, []);
        assert_eq!(list(NOW).await, [anna.id]);
        for id in [bert.id, cleo.id, dora.id] {
            assert!(!write!(db, users::delete_unproved, id, NOW, NOW));
        }
        assert!(!write!(db, users::delete_unproved, anna.id, NOW - 1, NOW));
        assert!(write!(db, users::delete_unproved, anna.id, NOW, NOW));
        assert_eq!(list(NOW).await, []);
        let erna = sign_up("erna");
        write!(db, users::insert, &erna);
        write!(db, users::mark_unproved, erna.id, NOW);
        assert_eq!(write!(db, users::forgive_unproved, 10), 1);
        assert_eq!(list(NOW).await, []);
    })
    .await;
}

#[tokio::test]
async fn email_change_keeps_concurrent_profile_change() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        // Read before the profile was saved, stored after it.
        let mut moved = alice.clone();
        moved.email = "new@example.org".to_owned();
        moved.email_key = "new@example.org".to_owned();
        moved.updated_at = NOW + 2;
        let mut saved = alice.clone();
        saved.profile.nickname = Some("Al".to_owned());
        saved.updated_at = NOW + 1;
        assert!(write!(db, users::update_profile, &saved, alice.updated_at));
        assert!(write!(db, users::update_email, &moved));
        let found = users::find_by_id(db.read(), alice.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!(found.email, "new@example.org");
        assert_eq!(found.profile.nickname.as_deref(), Some("Al"));
    })
    .await;
}
