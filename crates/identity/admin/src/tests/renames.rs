//! New names of roles, permissions and scopes, and clients like another one.

use std::collections::BTreeSet;

use doorward_domain::model::former_name::NameKind;
use doorward_domain::model::{ClientId, Consent, ConsentId, EffectiveRoles};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use serde_json::json;

use super::*;
use crate::assignments;
use crate::clients::operations::CREATE;
use crate::operator::AdminError;
use crate::role_rules::Subject;
use crate::roles::{self, NewAssignment};
use crate::scopes::{self, NewScope};
use crate::{renames, undo};

const UNTIL: Option<i64> = Some(NOW + 100);

async fn editor(world: &World) -> User {
    let alice = world.user("alice").await;
    let new = NewAssignment {
        subject: Subject::User(alice.id),
        role: "editor".to_owned(),
        org: None,
        expires_at: None,
        active: true,
    };
    assignments::create(&world.op(), new).await.unwrap();
    alice
}

async fn held(world: &World, user: &User) -> EffectiveRoles {
    let (read, now) = (world.db.read(), world.op().now());
    let held = repo::roles::effective_for_user(read, user.id, now).await;
    held.unwrap()
}

fn names(all: &BTreeSet<String>) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn renamed_role_has_both_names_until_date() {
    let world = World::new().await;
    let (op, alice) = (world.op(), editor(&world).await);
    let renamed = renames::role(&op, "editor", "writer", UNTIL).await.unwrap();
    assert_eq!(renamed.name, "writer");
    assert!(!renamed.permissions.is_empty());
    let roles = held(&world, &alice).await;
    assert_eq!(names(&roles.roles), ["editor", "writer"]);
    let audience = [AUDIENCE.to_owned()];
    assert_eq!(names(&roles.roles_at(&audience)), ["editor", "writer"]);
    let again = roles::create(&op, "editor", "", Vec::new()).await;
    assert!(matches!(again, Err(AdminError::Taken { .. })));
    let former = renames::former_names(&op, NameKind::Role, "writer").await;
    assert_eq!(former.unwrap()[0].former, "editor");
    world.later(100);
    assert_eq!(names(&held(&world, &alice).await.roles), ["writer"]);
    roles::create(&op, "editor", "", Vec::new()).await.unwrap();
    let changes = world.changes(AuditKind::RoleChanged).await;
    assert!(changes.contains(&"renamed".to_owned()), "{changes:?}");
}

#[tokio::test]
async fn role_keeps_chain_of_names_and_returns() {
    let world = World::new().await;
    let (op, alice) = (world.op(), editor(&world).await);
    renames::role(&op, "editor", "writer", UNTIL).await.unwrap();
    renames::role(&op, "writer", "poet", UNTIL).await.unwrap();
    let roles = held(&world, &alice).await.roles;
    assert_eq!(names(&roles), ["editor", "poet", "writer"]);
    renames::role(&op, "poet", "editor", None).await.unwrap();
    let roles = held(&world, &alice).await.roles;
    assert_eq!(names(&roles), ["editor", "writer"]);
}

#[tokio::test]
async fn names_that_are_taken_or_built_in_are_rejected() {
    let world = World::new().await;
    let op = world.op();
    let admin = renames::role(&op, "admin", "chief", None).await;
    assert!(matches!(admin, Err(AdminError::LastHolder(_))));
    for (old, new, until) in [
        ("editor", "viewer", None),
        ("editor", "editor", None),
        ("editor", "no blanks", None),
        ("editor", "writer", Some(NOW)),
        ("absent", "writer", None),
    ] {
        let renamed = renames::role(&op, old, new, until).await;
        assert!(renamed.is_err(), "{old} {new}");
    }
    let own = renames::permission(&op, "users:read", "people:read", None).await;
    assert!(matches!(own, Err(AdminError::LastHolder(_))));
    let own = renames::scope(&op, "openid", "connect", None).await;
    assert!(matches!(own, Err(AdminError::Invalid { .. })));
}

#[tokio::test]
async fn permission_is_renamed_with_its_scope() {
    let world = World::new().await;
    let (op, alice) = (world.op(), editor(&world).await);
    let held_before = held(&world, &alice).await;
    let old = held_before.permissions[AUDIENCE].first().unwrap().clone();
    let scope = NewScope {
        name: old.clone(),
        description: "Use it".to_owned(),
        audience: Some(AUDIENCE.to_owned()),
    };
    // The tasks API may have the scope already.
    let _ = scopes::create(&op, scope).await;
    let alone = renames::scope(&op, &old, "jobs:use", None).await;
    assert!(matches!(alone, Err(AdminError::Invalid { .. })));
    let renamed = renames::permission(&op, &old, "jobs:use", UNTIL).await;
    assert_eq!(renamed.unwrap().codename, "jobs:use");
    let roles = held(&world, &alice).await;
    let there = &roles.permissions[AUDIENCE];
    assert!(there.contains("jobs:use") && there.contains(&old));
    assert!(scopes::get(&op, "jobs:use").await.is_ok());
    assert!(scopes::get(&op, &old).await.is_err());
    world.later(100);
    let roles = held(&world, &alice).await;
    let there = &roles.permissions[AUDIENCE];
    assert!(there.contains("jobs:use") && !there.contains(&old));
}

#[tokio::test]
async fn undo_returns_name_of_role() {
    let world = World::new().await;
    let (op, config) = (world.op(), doorward_config::Config::defaults().unwrap());
    renames::role(&op, "editor", "writer", None).await.unwrap();
    let events = repo::audit::list(world.db.read(), None, 50).await.unwrap();
    let mut events = events.iter();
    let renamed = events.find(|event| event.detail["change"] == "renamed");
    undo::run(&op, &config, &renamed.unwrap().id.to_string())
        .await
        .unwrap();
    assert!(roles::get(&op, "editor").await.is_ok());
    assert!(roles::get(&op, "writer").await.is_err());
}

#[tokio::test]
async fn client_like_another_has_its_settings_and_consents() {
    let world = World::new().await;
    let (op, alice) = (world.op(), world.user("alice").await);
    let new = json!({
        "name": "Photos", "id": "photos", "kind": "public",
        "redirect_uris": ["https://photos.example/cb"], "access_token_ttl": 120,
    });
    (CREATE.run)(new, &op).await.unwrap();
    let photos = repo::clients::find(world.db.read(), &ClientId::parse("photos").unwrap()).await;
    let photos = photos.unwrap().unwrap();
    let consent = Consent {
        id: ConsentId::generate(NOW, &mut op.rng()),
        user_id: alice.id,
        client_id: photos.id.clone(),
        scope: Scope::parse("openid").unwrap(),
        declined: Scope::default(),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        granted_at: NOW,
        expires_at: None,
        revoked_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::consents::upsert(&tx, &consent).await.unwrap();
    tx.commit().await.unwrap();
    let copy = json!({
        "name": "Pictures", "id": "pictures", "like": "photos", "with_consents": true,
        "redirect_uris": ["https://pictures.example/cb"],
    });
    (CREATE.run)(copy, &op).await.unwrap();
    let found = repo::clients::find(world.db.read(), &ClientId::parse("pictures").unwrap()).await;
    let found = found.unwrap().unwrap();
    assert_eq!(
        (found.kind, found.access_token_ttl),
        (photos.kind, Some(120))
    );
    assert_eq!(found.name, "Pictures");
    assert_eq!(found.redirect_uris, ["https://pictures.example/cb"]);
    let copied = repo::consents::find(world.db.read(), alice.id, &found.id).await;
    assert_eq!(copied.unwrap().unwrap().scope, consent.scope);
    let alone = json!({ "name": "Other", "with_consents": true });
    assert!((CREATE.run)(alone, &op).await.is_err());
}
