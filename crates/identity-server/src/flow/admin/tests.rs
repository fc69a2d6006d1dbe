//! What an operator can do, on a real store in memory.

use std::sync::atomic::{AtomicI64, Ordering};

use doorward_domain::keys::RotationPolicy;
use doorward_domain::model::{AuditKind, ClientId, ClientKind, PkceException, Profile, User};
use doorward_domain::secret::MasterKey;
use doorward_domain::time::Clock;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_store::{Db, OpenOptions, repo};
use rstest::rstest;

use super::clients::{ClientChange, NewClient};
use super::roles::{NewAssignment, Subject};
use super::users::NewUser;
use super::*;

const NOW: i64 = 1_800_000_000;
const AUDIENCE: &str = "https://tasks.example.org/api";

#[derive(Debug)]
struct At(AtomicI64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct World {
    db: Db,
    clock: At,
}

impl World {
    async fn new() -> Self {
        let db = Db::open("sqlite::memory:", OpenOptions::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let world = Self {
            db,
            clock: At(AtomicI64::new(NOW)),
        };
        standard::ensure(&world.op(), AUDIENCE).await.unwrap();
        world
    }

    fn op(&self) -> Operator<'_> {
        Operator::command_line(&self.db, &self.clock)
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn changes(&self, kind: AuditKind) -> Vec<String> {
        let events = repo::audit::list(self.db.read(), None, 100).await.unwrap();
        let mut changes: Vec<_> = events
            .into_iter()
            .filter(|event| event.kind == kind && event.actor.is_none() && event.success)
            .filter_map(|event| Some(event.detail.get("change")?.as_str()?.to_owned()))
            .collect();
        changes.sort();
        changes
    }

    async fn user(&self, username: &str) -> User {
        users::create(&self.op(), person(username)).await.unwrap()
    }
}

fn person(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        email: format!("{username}@example.com"),
        email_verified: false,
        password_hash: None,
        profile: Profile::default(),
        is_staff: false,
        roles: Vec::new(),
    }
}

fn web() -> NewClient {
    NewClient {
        id: None,
        name: "Web".to_owned(),
        kind: ClientKind::Confidential,
        auth_method: None,
        redirect_uris: vec!["https://app.example.org/callback".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        grant_types: None,
        scopes: None,
        first_party: false,
        pkce_exception: None,
    }
}

#[tokio::test]
async fn a_client_gets_its_secret_once_and_the_store_only_its_hash() {
    let world = World::new().await;
    let (client, secret) = clients::create(&world.op(), web()).await.unwrap();
    let secret = secret.unwrap();
    let kept = clients::get(&world.op(), &client.id).await.unwrap();
    assert_eq!(kept, client);
    assert_eq!(kept.secret_hash, Some(secret.hash()));
    assert_eq!(
        kept.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    assert_eq!(
        kept.scopes.to_string(),
        "openid profile email offline_access"
    );
    let new = clients::rotate_secret(&world.op(), &client.id)
        .await
        .unwrap();
    assert_ne!(new.hash(), secret.hash());
    let kept = clients::get(&world.op(), &client.id).await.unwrap();
    assert_eq!(kept.secret_hash, Some(new.hash()));
    clients::delete(&world.op(), &client.id).await.unwrap();
    assert!(clients::list(&world.op()).await.unwrap().is_empty());
    assert_eq!(
        world.changes(AuditKind::ClientChanged).await,
        ["created", "deleted", "secret rotated"]
    );
}

#[tokio::test]
async fn a_client_without_redirect_uris_acts_for_itself() {
    let world = World::new().await;
    let new = NewClient {
        redirect_uris: Vec::new(),
        ..web()
    };
    let (client, secret) = clients::create(&world.op(), new).await.unwrap();
    assert_eq!(client.grant_types, [GrantType::ClientCredentials]);
    assert!(client.scopes.is_empty());
    assert!(secret.is_some());
}

fn refusals() -> Vec<(&'static str, NewClient)> {
    let uri = |uri: &str| NewClient {
        redirect_uris: vec![uri.to_owned()],
        ..web()
    };
    let grants = |grants: &[GrantType]| NewClient {
        grant_types: Some(grants.to_vec()),
        ..web()
    };
    let until = |until| {
        Some(PkceException {
            reason: "old library".to_owned(),
            until,
        })
    };
    let public = || NewClient {
        kind: ClientKind::Public,
        ..web()
    };
    vec![
        (
            "name",
            NewClient {
                name: " ".to_owned(),
                ..web()
            },
        ),
        (
            "name",
            NewClient {
                name: "a\u{7}b".to_owned(),
                ..web()
            },
        ),
        ("redirect-uri", uri("http://app.example.org/callback")),
        ("redirect-uri", uri("https://app.example.org/callback#x")),
        ("redirect-uri", uri("/callback")),
        (
            "redirect-uri",
            NewClient {
                redirect_uris: Vec::new(),
                grant_types: Some(vec![GrantType::AuthorizationCode]),
                ..web()
            },
        ),
        (
            "post-logout-redirect-uri",
            NewClient {
                post_logout_redirect_uris: vec!["javascript:1".to_owned()],
                ..web()
            },
        ),
        ("grant", grants(&[GrantType::ClientCredentials])),
        (
            "grant",
            grants(&[
                GrantType::AuthorizationCode,
                GrantType::Other("password".to_owned()),
            ]),
        ),
        (
            "grant",
            NewClient {
                redirect_uris: Vec::new(),
                grant_types: Some(vec![GrantType::RefreshToken]),
                ..web()
            },
        ),
        (
            "grant",
            NewClient {
                grant_types: Some(vec![
                    GrantType::AuthorizationCode,
                    GrantType::ClientCredentials,
                ]),
                ..public()
            },
        ),
        (
            "auth-method",
            NewClient {
                auth_method: Some(ClientAuthMethod::ClientSecretBasic),
                ..public()
            },
        ),
        (
            "auth-method",
            NewClient {
                auth_method: Some(ClientAuthMethod::None),
                ..web()
            },
        ),
        (
            "auth-method",
            NewClient {
                auth_method: Some(ClientAuthMethod::PrivateKeyJwt),
                ..web()
            },
        ),
        (
            "no-pkce",
            NewClient {
                pkce_exception: until(NOW + 1),
                ..public()
            },
        ),
        (
            "until",
            NewClient {
                pkce_exception: until(NOW),
                ..web()
            },
        ),
        (
            "reason",
            NewClient {
                pkce_exception: Some(PkceException {
                    reason: " ".to_owned(),
                    until: NOW + 1,
                }),
                ..web()
            },
        ),
        (
            "scope",
            NewClient {
                scopes: Some(Scope::parse("openid nonsense").unwrap()),
                ..web()
            },
        ),
    ]
}

#[tokio::test]
async fn no_client_may_be_unsafe_or_contradictory() {
    let world = World::new().await;
    for (field, new) in refusals() {
        let told = format!("{new:?}");
        match clients::create(&world.op(), new).await {
            Err(AdminError::Invalid { field: found, .. }) => assert_eq!(found, field, "{told}"),
            other => panic!("{told}: {other:?}"),
        }
    }
    assert!(clients::list(&world.op()).await.unwrap().is_empty());
    assert!(world.changes(AuditKind::ClientChanged).await.is_empty());
}

#[tokio::test]
async fn a_client_id_is_taken_once() {
    let world = World::new().await;
    let new = || NewClient {
        id: ClientId::parse("web"),
        ..web()
    };
    clients::create(&world.op(), new()).await.unwrap();
    let again = clients::create(&world.op(), new()).await;
    assert!(matches!(again, Err(AdminError::Taken { .. })), "{again:?}");
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_is_checked_like_a_new_client() {
    let world = World::new().await;
    let (client, _) = clients::create(&world.op(), web()).await.unwrap();
    world.later(5);
    let change = ClientChange {
        name: Some("Renamed".to_owned()),
        disabled: Some(true),
        ..ClientChange::default()
    };
    let changed = clients::update(&world.op(), &client.id, change)
        .await
        .unwrap();
    assert_eq!(changed.name, "Renamed");
    assert_eq!(changed.disabled_at, Some(NOW + 5));
    assert_eq!(changed.updated_at, NOW + 5);
    assert_eq!(changed.redirect_uris, client.redirect_uris);
    let bad = ClientChange {
        redirect_uris: Some(vec!["http://evil.example".to_owned()]),
        ..ClientChange::default()
    };
    assert!(clients::update(&world.op(), &client.id, bad).await.is_err());
    assert_eq!(
        clients::get(&world.op(), &client.id).await.unwrap(),
        changed
    );
}

#[rstest]
#[case("Alice", "other@example.com", "user \"Alice\"")]
#[case("other", "ALICE@example.com", "user with the address")]
#[tokio::test]
async fn an_account_is_taken_by_name_and_by_address(
    #[case] username: &str,
    #[case] email: &str,
    #[case] told: &str,
) {
    let world = World::new().await;
    world.user("alice").await;
    let new = NewUser {
        email: email.to_owned(),
        ..person(username)
    };
    let error = users::create(&world.op(), new).await.unwrap_err();
    assert!(matches!(error, AdminError::Taken { .. }), "{error:?}");
    assert!(error.to_string().contains(told), "{error}");
}

#[tokio::test]
async fn an_account_with_an_unknown_role_is_not_made() {
    let world = World::new().await;
    let new = NewUser {
        roles: vec!["nonsense".to_owned()],
        ..person("alice")
    };
    assert!(matches!(
        users::create(&world.op(), new).await,
        Err(AdminError::NotFound { .. })
    ));
    assert!(users::list(&world.op()).await.unwrap().is_empty());
}

#[tokio::test]
async fn people_are_found_by_name_address_and_id() {
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
async fn every_change_of_an_account_is_kept_and_told() {
    let world = World::new().await;
    let op = world.op();
    let alice = world.user("alice").await.id;
    let read = async || users::get(&world.op(), "alice").await.unwrap();
    users::set_password(&op, alice, "$argon2id$x".to_owned())
        .await
        .unwrap();
    assert_eq!(read().await.password_hash.as_deref(), Some("$argon2id$x"));
    assert_eq!(read().await.password_changed_at, Some(NOW));
    users::verify_email(&op, alice).await.unwrap();
    assert!(read().await.email_verified);
    users::disable(&op, alice).await.unwrap();
    assert!(!read().await.is_active());
    users::enable(&op, alice).await.unwrap();
    assert!(read().await.is_active());
    users::delete(&op, alice).await.unwrap();
    assert!(users::list(&op).await.unwrap().is_empty());
    assert!(matches!(
        users::disable(&op, alice).await,
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
async fn a_password_is_judged_and_hashed() {
    let settings = crate::config::Config::defaults().unwrap().passwords;
    let profile = Profile::default();
    let words = passwords::Words {
        username: "alice",
        email: "alice@example.com",
        profile: &profile,
        site: "Doorward",
    };
    let weak = passwords::check_and_hash(&settings, &"alice".into(), &words);
    assert!(matches!(weak, Err(AdminError::Password(_))), "{weak:?}");
    let good = "quiet harbour lantern 93".into();
    let hash = passwords::check_and_hash(&settings, &good, &words).unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
}

#[tokio::test]
async fn the_standard_roles_are_loaded_once_and_never_overwrite() {
    let world = World::new().await;
    let names: Vec<_> = roles::list(&world.op())
        .await
        .unwrap()
        .into_iter()
        .map(|role| role.name)
        .collect();
    assert_eq!(
        names,
        [
            "24x7_access",
            "admin",
            "author",
            "developer",
            "editor",
            "manager",
            "project_creator",
            "senior_developer",
            "viewer"
        ]
    );
    assert_eq!(roles::permissions(&world.op()).await.unwrap().len(), 6);
    let again = roles::setup(&world.op(), AUDIENCE).await.unwrap();
    assert_eq!(again, roles::Added::default());
    // What an operator removes stays removed at the next start.
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::roles::delete(&tx, "viewer").await.unwrap());
    tx.commit().await.unwrap();
    standard::ensure(&world.op(), AUDIENCE).await.unwrap();
    assert_eq!(roles::list(&world.op()).await.unwrap().len(), 8);
}

#[tokio::test]
async fn a_manager_reads_all_and_a_developer_only_their_own() {
    let world = World::new().await;
    for (role, reads_all) in [("manager", true), ("admin", true), ("developer", false)] {
        let new = NewUser {
            roles: vec![role.to_owned()],
            ..person(role)
        };
        let user = users::create(&world.op(), new).await.unwrap();
        let held = repo::roles::effective_for_user(world.db.read(), user.id, NOW)
            .await
            .unwrap();
        let entitlements = held.entitlements(&[AUDIENCE.to_owned()]);
        assert!(entitlements.contains("tasks:read"));
        assert_eq!(entitlements.contains("tasks:read_all"), reads_all, "{role}");
    }
}

#[tokio::test]
async fn roles_are_given_until_a_time_and_taken() {
    let world = World::new().await;
    let op = world.op();
    let alice = world.user("alice").await.id;
    let give = |expires_at| NewAssignment {
        subject: Subject::User(alice),
        role: "viewer".to_owned(),
        org: None,
        expires_at,
    };
    assert!(roles::assign(&op, give(Some(NOW))).await.is_err());
    roles::assign(&op, give(Some(NOW + 10))).await.unwrap();
    assert_eq!(users::assignments(&op, alice).await.unwrap().len(), 1);
    world.later(10);
    assert!(users::assignments(&op, alice).await.unwrap().is_empty());
    roles::assign(&op, give(None)).await.unwrap();
    assert_eq!(users::assignments(&op, alice).await.unwrap().len(), 1);
    let subject = Subject::User(alice);
    roles::revoke(&op, &subject, "viewer", None).await.unwrap();
    assert!(users::assignments(&op, alice).await.unwrap().is_empty());
    let again = roles::revoke(&op, &subject, "viewer", None).await;
    assert!(matches!(again, Err(AdminError::NotFound { .. })));
    let unknown = NewAssignment {
        role: "nonsense".to_owned(),
        ..give(None)
    };
    assert!(matches!(
        roles::assign(&op, unknown).await,
        Err(AdminError::NotFound { .. })
    ));
}

#[rstest]
#[case("")]
#[case("Admin")]
#[case("two words")]
#[case("ümlaut")]
#[tokio::test]
async fn a_role_has_a_plain_name(#[case] name: &str) {
    let world = World::new().await;
    let made = roles::create(&world.op(), name, "", Vec::new()).await;
    assert!(matches!(
        made,
        Err(AdminError::Invalid { field: "name", .. })
    ));
}

#[tokio::test]
async fn a_role_is_made_of_known_permissions() {
    let world = World::new().await;
    let op = world.op();
    let bad = roles::create(&op, "auditor", "", vec!["tasks:fly".to_owned()]).await;
    assert!(matches!(
        bad,
        Err(AdminError::Invalid {
            field: "permission",
            ..
        })
    ));
    let good = vec!["tasks:read".to_owned()];
    roles::create(&op, "auditor", "Looks", good.clone())
        .await
        .unwrap();
    assert!(matches!(
        roles::create(&op, "auditor", "", good).await,
        Err(AdminError::Taken { .. })
    ));
}

#[tokio::test]
async fn roles_at_registration_skip_what_does_not_exist() {
    let world = World::new().await;
    let alice = world.user("alice").await.id;
    let tx = world.db.begin_write().await.unwrap();
    let wanted = ["nonsense".to_owned(), "developer".to_owned()];
    roles::assign_registered(&tx, &wanted, alice, NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let held = users::assignments(&world.op(), alice).await.unwrap();
    assert_eq!(
        held.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(),
        ["developer"]
    );
}

#[tokio::test]
async fn a_rotated_key_waits_until_everybody_can_know_it() {
    let world = World::new().await;
    let op = world.op();
    let master = MasterKey::generate(&mut rand::rng());
    let policy = RotationPolicy::default();
    let first = keys::rotate(&op, &master, &policy).await.unwrap();
    assert_eq!(first.active_at, NOW);
    let second = keys::rotate(&op, &master, &policy).await.unwrap();
    assert_eq!(second.active_at, NOW + policy.publish_lead);
    assert!(keys::rotate(&op, &master, &policy).await.is_err());
    let states = async || -> Vec<(String, &'static str)> {
        let keys = keys::list(&op, &policy).await.unwrap();
        keys.into_iter()
            .map(|(key, state)| (key.kid, state.as_str()))
            .collect()
    };
    let (first, second) = (first.kid, second.kid);
    assert_eq!(
        states().await,
        [(second.clone(), "waiting"), (first.clone(), "signing")]
    );
    world.later(policy.publish_lead);
    assert_eq!(states().await[0], (second.clone(), "signing"));
    keys::retire(&op, &second).await.unwrap();
    assert_eq!(
        states().await,
        [(second.clone(), "retired"), (first, "signing")]
    );
    assert!(keys::retire(&op, &second).await.is_err());
    assert!(matches!(
        keys::retire(&op, "none").await,
        Err(AdminError::NotFound { .. })
    ));
    assert_eq!(
        world.changes(AuditKind::KeyChanged).await,
        ["retired", "rotated", "rotated"]
    );
}

#[tokio::test]
async fn the_setup_address_works_once_for_half_an_hour_and_only_without_an_administrator() {
    let world = World::new().await;
    let op = world.op();
    assert!(setup::is_needed(&op).await.unwrap());
    let old = setup::issue_token(&op).await.unwrap();
    let token = setup::issue_token(&op).await.unwrap();
    let valid = async |text: &str| {
        setup::is_valid(world.db.read(), text, world.clock.now())
            .await
            .unwrap()
    };
    assert!(!valid(old.expose()).await);
    assert!(!valid("").await);
    assert!(valid(token.expose()).await);
    world.later(setup::TOKEN_LIFE - 1);
    assert!(valid(token.expose()).await);
    world.later(1);
    assert!(!valid(token.expose()).await);
    let token = setup::issue_token(&op).await.unwrap();
    let tx = world.db.begin_write().await.unwrap();
    assert!(
        setup::consume(&tx, token.expose(), world.clock.now())
            .await
            .unwrap()
    );
    assert!(
        !setup::consume(&tx, token.expose(), world.clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(!valid(token.expose()).await);
    let token = setup::issue_token(&op).await.unwrap();
    let admin = NewUser {
        roles: vec!["admin".to_owned()],
        ..person("root")
    };
    users::create(&op, admin).await.unwrap();
    assert!(!setup::is_needed(&op).await.unwrap());
    assert!(!valid(token.expose()).await);
}
