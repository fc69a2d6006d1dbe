//! A copy for tests on a real store.

use doorward_domain::model::{LastLogin, Profile, Provider, ProviderId, ProviderSettings};

use super::*;
use crate::testing::{NOW, World};

fn provider() -> Provider {
    Provider {
        id: ProviderId::parse("acme").unwrap(),
        name: "Acme".to_owned(),
        issuer: "https://login.acme.example".to_owned(),
        client_id: "doorward".to_owned(),
        secret_sealed: Some(vec![1, 2, 3]),
        settings: ProviderSettings::default(),
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn copy_has_no_secrets_and_is_marked() {
    let world = World::new().await;
    let tx = world.db.begin_write().await.unwrap();
    repo::providers::insert(&tx, &provider()).await.unwrap();
    repo::settings::put(&tx, repo::settings::ACME, "{}")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let made = make(&world.op()).await.unwrap();
    assert_eq!(
        made,
        MadeCopy {
            jobs: 0,
            providers: 1
        }
    );
    let read = world.db.read();
    let stored = &repo::providers::list(read).await.unwrap()[0];
    assert_eq!(stored.secret_sealed, None);
    assert_eq!(stored.disabled_at, Some(NOW));
    let acme = repo::settings::get(read, repo::settings::ACME).await;
    assert_eq!(acme.unwrap(), None);
    let state = repo::server_state::read(read).await.unwrap();
    assert_eq!(state.copied_at, Some(NOW));
    let changes = world.changes(AuditKind::SystemChanged).await;
    assert_eq!(changes, ["copy made"]);
}

#[tokio::test]
async fn only_users_of_copy_are_anonymized() {
    let world = World::new().await;
    let alice = world.user("alice").await;
    world.later(1);
    let bob = world.user("bob").await;
    let except = BTreeSet::from([bob.id]);
    let refused = anonymize(&world.op(), &except).await;
    assert!(
        matches!(refused, Err(AdminError::NoChange(_))),
        "{refused:?}"
    );
    let found = repo::users::find_by_id(world.db.read(), alice.id).await;
    assert_eq!(found.unwrap().unwrap().username, "alice");

    make(&world.op()).await.unwrap();
    assert_eq!(anonymize(&world.op(), &except).await.unwrap(), 1);
    let found = repo::users::find_by_id(world.db.read(), alice.id).await;
    let found = found.unwrap().unwrap();
    assert!(found.username.starts_with("user-"), "{found:?}");
    assert!(found.email.ends_with("@example.invalid"), "{found:?}");
    assert_eq!((found.id, found.is_staff), (alice.id, alice.is_staff));
    let found = repo::users::find_by_id(world.db.read(), bob.id).await;
    assert_eq!(found.unwrap().unwrap(), bob);
    // Again: nothing of the accounts is different.
    assert_eq!(anonymize(&world.op(), &except).await.unwrap(), 1);
}

#[test]
fn anonymous_account_keeps_rights_and_language_only() {
    let id = UserId::parse("0190f6a0-0000-7000-8123-456789abcdef").unwrap();
    let profile = Profile {
        given_name: Some("Alice".to_owned()),
        locale: Some("de".to_owned()),
        phone_number: Some("+4912345".to_owned()),
        ..Profile::default()
    };
    let user = User {
        id,
        username: "Alice".to_owned(),
        username_key: "alice".to_owned(),
        email: "Alice@example.org".to_owned(),
        email_key: "alice@example.org".to_owned(),
        email_verified: true,
        password_hash: Some("phc".to_owned()),
        password_withdrawn_at: Some(1),
        password_changed_at: Some(1),
        password_change_required: true,
        profile,
        is_staff: true,
        disabled_at: Some(2),
        deletion_due_at: None,
        last_login: LastLogin::default(),
        created_at: 0,
        updated_at: 1,
    };
    let expected = User {
        username: "user-8123456789abcdef".to_owned(),
        username_key: "user-8123456789abcdef".to_owned(),
        email: "user-8123456789abcdef@example.invalid".to_owned(),
        email_key: "user-8123456789abcdef@example.invalid".to_owned(),
        password_hash: None,
        password_withdrawn_at: None,
        password_changed_at: None,
        password_change_required: false,
        profile: Profile {
            locale: Some("de".to_owned()),
            ..Profile::default()
        },
        updated_at: NOW,
        ..user.clone()
    };
    assert_eq!(anonymous(&user, NOW), expected);
    let without_name = User {
        username: String::new(),
        username_key: String::new(),
        ..user
    };
    assert_eq!(anonymous(&without_name, NOW).username, "");
}
