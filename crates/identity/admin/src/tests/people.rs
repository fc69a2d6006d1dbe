//! Accounts: created once, found, changed, deleted.

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::{AuditKind, Profile, TotpFactor};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::list_filter::UserFilter;
use rstest::rstest;
use serde_json::Value;

use super::super::credential_export::{self, Credentials};
use super::super::groups::{self, NewGroup};
use super::super::organizations;
use super::super::passwords;
use super::super::user_search;
use super::super::users::{self, NewUser};
use super::*;
use crate::operator::AdminError;

#[rstest]
#[case("Alice", "other@example.com", "user \"alice\"")]
#[case("other", "ALICE@example.com", "user with the address")]
#[tokio::test]
async fn account_is_taken_by_name_and_by_address(
    #[case] username: &str,
    #[case] email: &str,
    #[case] expected: &str,
) {
    let world = World::new().await;
    world.user("alice").await;
    let new = NewUser {
        email: email.to_owned(),
        ..person(username)
    };
    let error = users::create(&world.op(), new).await.unwrap_err();
    assert!(matches!(error, AdminError::Taken { .. }), "{error:?}");
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn account_with_unknown_role_is_not_created() {
    let world = World::new().await;
    let new = NewUser {
        roles: vec!["nonsense".to_owned()],
        ..person("alice")
    };
    assert!(matches!(
        users::create(&world.op(), new).await,
        Err(AdminError::NotFound { .. })
    ));
    let all = user_search::search(&world.op(), &UserFilter::default(), None, 9).await;
    assert!(all.unwrap().items.is_empty());
}

#[tokio::test]
async fn users_are_found_by_name_address_and_id() {
    let world = World::new().await;
    let alice = world.user("alice").await;
    for name in ["alice", "ALICE", "alice@example.com", &alice.id.to_string()] {
        assert_eq!(
            users::get(&world.op(), name).await.unwrap().id,
            alice.id,
            "{name}"
        );
    }
    for name in ["bob", "", "@", "018f0000-0000-7000-8000-000000000000"] {
        let found = users::get(&world.op(), name).await;
        assert!(matches!(found, Err(AdminError::NotFound { .. })), "{name}");
    }
}

#[tokio::test]
async fn account_changes_are_stored_and_audited() {
    let world = World::new().await;
    let context = world.op();
    let alice = world.user("alice").await.id;
    let read = async || users::get(&world.op(), "alice").await.unwrap();
    users::set_password(&context, alice, "$argon2id$x".to_owned())
        .await
        .unwrap();
    assert_eq!(read().await.password_hash.as_deref(), Some("$argon2id$x"));
    assert_eq!(read().await.password_changed_at, Some(NOW));
    users::verify_email(&context, alice).await.unwrap();
    assert!(read().await.email_verified);
    users::disable(&context, alice).await.unwrap();
    assert!(!read().await.is_active());
    users::enable(&context, alice).await.unwrap();
    assert!(read().await.is_active());
    users::delete(&context, alice).await.unwrap();
    let all = user_search::search(&context, &UserFilter::default(), None, 9).await;
    assert!(all.unwrap().items.is_empty());
    assert!(matches!(
        users::disable(&context, alice).await,
        Err(AdminError::NotFound { .. })
    ));
    assert_eq!(
        world.changes(AuditKind::UserChanged).await,
        [
            "created",
            "deleted",
            "disabled",
            "email verified",
            "enabled",
            "password set"
        ]
    );
}

#[tokio::test]
async fn audit_shows_previous_values_without_password() {
    let world = World::new().await;
    let alice = world.user("alice").await.id;
    let hash = "$argon2id$canary".to_owned();
    users::set_password(&world.op(), alice, hash).await.unwrap();
    world.later(60);
    users::disable(&world.op(), alice).await.unwrap();
    let events = repo::audit::list(world.db.read(), None, 100).await.unwrap();
    let event = events
        .iter()
        .find(|event| event.detail.get("change") == Some(&"disabled".into()));
    let detail = &event.unwrap().detail;
    assert_eq!(detail["before"], serde_json::json!({"disabled_at": null}));
    assert_eq!(
        detail["after"],
        serde_json::json!({"disabled_at": NOW + 60})
    );
    assert!(!format!("{events:?}").contains("canary"));
}

#[tokio::test]
async fn password_is_checked_and_hashed() {
    let settings = doorward_config::Config::defaults().unwrap().passwords;
    let profile = Profile::default();
    let context = passwords::OwnedPasswordContext {
        username: "alice",
        email: "alice@example.com",
        profile: &profile,
        site: "Doorward",
    };
    let random = Random::default();
    let weak = passwords::check_and_hash(&settings, &"alice".into(), &context, &random);
    assert!(matches!(weak, Err(AdminError::Password(_))), "{weak:?}");
    let good = "quiet harbour lantern 93".into();
    let hash = passwords::check_and_hash(&settings, &good, &context, &random).unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
}

/// Checks that an export has the secret of a confirmed authenticator app, and the key of another
/// server opens none.
#[tokio::test]
async fn export_has_secret_of_confirmed_app() {
    let world = World::new().await;
    let user = world.user("dora").await;
    let random = Random::default();
    let key = || TotpKey::derive(&MasterKey::generate(&mut random.rng()));
    let (own, other) = (key(), key());
    let secret = TotpSecret::from_bytes(&[9; 20]).unwrap();
    let factor = TotpFactor {
        user_id: user.id,
        secret_sealed: secret.seal(own.expose(), user.id, &mut random.rng()),
        confirmed_at: None,
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: NOW,
    };
    let tx = world.db.begin_write().await.unwrap();
    let stored = repo::totp_factors::insert_unconfirmed(&tx, &factor).await;
    assert!(stored.unwrap());
    tx.commit().await.unwrap();
    let app = async |totp_key| {
        let credentials = Credentials {
            totp_key,
            site: "Doorward",
        };
        let operator = world.op();
        let page = credential_export::page(&operator, Some(&credentials), None).await;
        page.map(|(users, _)| users[0]["credentials"]["authenticator_app"].clone())
    };
    assert_eq!(app(&own).await.unwrap(), Value::Null, "unconfirmed");
    let tx = world.db.begin_write().await.unwrap();
    let confirmed = repo::totp_factors::confirm(&tx, user.id, NOW, 1, NOW).await;
    assert!(confirmed.unwrap());
    tx.commit().await.unwrap();
    let uri = app(&own).await.unwrap();
    let expected = secret.uri("Doorward", user.login_identifier());
    assert_eq!(uri.as_str(), Some(expected.as_str()));
    let problem = app(&other).await.unwrap_err().to_string();
    assert!(problem.contains("another secret_key"), "{problem}");
}

#[tokio::test]
async fn group_of_organization_is_named_with_it() {
    let world = World::new().await;
    let context = world.op();
    organizations::create(&context, "acme", "Acme", None)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for org in [None, Some("acme".to_owned())] {
        let new = NewGroup {
            name: "sales".to_owned(),
            org,
            ..NewGroup::default()
        };
        ids.push(groups::create(&context, new).await.unwrap().id);
    }
    let found = async |name: &str, org| {
        let found = groups::get_named(&context, name, org).await;
        found.ok().map(|group| group.id)
    };
    assert_eq!(found("/sales", None).await, Some(ids[0]));
    assert_eq!(found("/sales", Some("acme")).await, Some(ids[1]));
    assert_eq!(found("acme:/sales", None).await, Some(ids[1]));
    assert_eq!(found("acme:/sales", Some("acme")).await, Some(ids[1]));
    // The organization of the context is not left.
    assert_eq!(found("zeta:/sales", Some("acme")).await, None);
    assert_eq!(found("zeta:/sales", None).await, None);
}

#[tokio::test]
async fn organizations_and_roles_of_users_are_listed() {
    let world = World::new().await;
    let context = world.op();
    let [alice, bob] = [world.user("alice").await.id, world.user("bob").await.id];
    organizations::create(&context, "acme", "Acme", Some(alice))
        .await
        .unwrap();
    let users = [alice, bob];
    let organizations = user_search::organizations_of(&context, &users).await;
    let expected = [(alice, vec!["acme".to_owned()])];
    assert_eq!(organizations.unwrap(), expected.into());
    let roles = user_search::roles_of(&context, &users).await.unwrap();
    assert!(!roles.contains_key(&bob), "{roles:?}");
}
