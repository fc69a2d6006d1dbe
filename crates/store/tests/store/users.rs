use doorward_domain::model::UserId;
use doorward_store::repo::{grants, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, user};
use crate::harness::on_both;
use crate::{refused, write};

#[tokio::test]
async fn a_person_is_found_by_id_and_by_either_key() {
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

#[tokio::test]
async fn a_second_person_with_the_same_key_is_a_conflict_that_names_the_field() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let mut same_name = user("ALICE");
        same_name.email_key = "other@example.org".to_owned();
        let error = refused!(db, users::insert, &same_name);
        assert!(error.is_conflict_on("username_key"), "{error:?}");
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
        assert!(error.is_conflict_on("username_key"), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn every_change_to_a_person_is_stored() {
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
        assert!(write!(
            db,
            users::set_disabled,
            alice.id,
            Some(NOW + 1),
            NOW + 1
        ));
        alice.disabled_at = Some(NOW + 1);
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

        assert!(write!(db, users::set_disabled, alice.id, None, NOW + 3));
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
        assert!(!write!(db, users::set_disabled, nobody.id, None, NOW));
        assert!(!write!(db, users::delete, nobody.id));
    })
    .await;
}

#[tokio::test]
async fn people_are_listed_page_by_page() {
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
async fn a_deleted_person_leaves_no_session_and_no_grant() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        assert!(write!(db, users::delete, scene.user.id));
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
async fn a_profile_is_changed_only_as_it_was_seen() {
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
async fn an_account_that_goes_is_kept_or_removed_once() {
    on_both(async |db| {
        let [alice, bob] = [user("Alice"), user("Bob")];
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        assert!(!write!(db, users::keep, alice.id));
        assert!(write!(db, users::mark_leaving, alice.id, NOW + 10));
        assert!(
            !write!(db, users::mark_leaving, alice.id, NOW + 99),
            "the first word stands"
        );
        // What else is stored about the person changes nothing of it.
        assert!(write!(db, users::update, &alice));
        let due = async |at| users::list_due(db.read(), at, 10).await.unwrap();
        assert!(due(NOW + 9).await.is_empty());
        let listed = due(NOW + 10).await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].deletion_due_at, Some(NOW + 10));

        assert!(!write!(db, users::delete_due, alice.id, NOW + 9));
        assert!(write!(db, users::keep, alice.id));
        assert!(!write!(db, users::keep, alice.id));
        assert!(!write!(db, users::delete_due, alice.id, NOW + 99));

        assert!(write!(db, users::mark_leaving, alice.id, NOW + 10));
        assert!(write!(db, users::delete_due, alice.id, NOW + 10));
        assert!(!write!(db, users::delete_due, alice.id, NOW + 10));
        assert!(!write!(db, users::keep, alice.id));
        assert!(!write!(db, users::delete_due, bob.id, NOW + 99));
        assert_eq!(users::count(db.read()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_move_to_another_address_keeps_what_was_changed_meanwhile() {
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
        assert!(write!(
            db,
            users::update_profile,
            &saved,
            alice.updated_at
        ));
        assert!(write!(db, users::update_email, &moved));
        let found = users::find_by_id(db.read(), alice.id).await.unwrap();
        let found = found.unwrap();
        assert_eq!(found.email, "new@example.org");
        assert_eq!(found.profile.nickname.as_deref(), Some("Al"));
    })
    .await;
}
