//! Standard roles, and role assignments.

use doorward_accounts::register;
use doorward_domain::random::{Generator, SystemRandom};
use doorward_store::repo;
use rstest::rstest;

use super::super::roles::{self, NewAssignment};
use super::super::standard;
use super::super::users::{self, NewUser};
use super::*;
use crate::operator::AdminError;
use crate::role_rules::Subject;

#[tokio::test]
async fn standard_roles_are_loaded_once_and_never_overwrite() {
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
    assert_eq!(roles::permissions(&world.op()).await.unwrap().len(), 21);
    let again = roles::setup(&world.op(), AUDIENCE).await.unwrap();
    assert_eq!(again, roles::Added::default());
    // Roles that an operator deletes are not added again at the next start.
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::roles::delete(&tx, "viewer", NOW).await.unwrap());
    tx.commit().await.unwrap();
    standard::ensure(&world.op(), AUDIENCE).await.unwrap();
    assert_eq!(roles::list(&world.op()).await.unwrap().len(), 8);
}

#[test]
fn standard_roles_differ() {
    for (number, (item, _, roles)) in standard::ROLES.iter().enumerate() {
        for (other, _, others) in &standard::ROLES[..number] {
            assert_ne!(roles, others, "{item} {other}");
        }
    }
}

#[tokio::test]
async fn manager_reads_all_tasks_and_developer_own() {
    let world = World::new().await;
    for (role, reads_all) in [("manager", true), ("admin", true), ("developer", false)] {
        let new = NewUser {
            roles: vec![role.to_owned()],
            ..person(role)
        };
        let user = users::create(&world.op(), new).await.unwrap();
        let roles = repo::roles::effective_for_user(world.db.read(), user.id, NOW)
            .await
            .unwrap();
        let entitlements = roles.entitlements(&[AUDIENCE.to_owned()]);
        assert!(entitlements.contains("tasks:read"));
        assert_eq!(entitlements.contains("tasks:read_all"), reads_all, "{role}");
    }
}

#[tokio::test]
async fn roles_are_given_until_time_and_taken() {
    let world = World::new().await;
    let context = world.op();
    let alice = world.user("alice").await.id;
    let give = |expires_at| NewAssignment {
        subject: Subject::User(alice),
        role: "viewer".to_owned(),
        org: None,
        expires_at,
        active: true,
    };
    assert!(roles::assign(&context, give(Some(NOW))).await.is_err());
    roles::assign(&context, give(Some(NOW + 10))).await.unwrap();
    assert_eq!(users::assignments(&context, alice).await.unwrap().len(), 1);
    world.later(10);
    assert!(
        users::assignments(&context, alice)
            .await
            .unwrap()
            .is_empty()
    );
    roles::assign(&context, give(None)).await.unwrap();
    assert_eq!(users::assignments(&context, alice).await.unwrap().len(), 1);
    let subject = Subject::User(alice);
    roles::revoke(&context, &subject, "viewer", None)
        .await
        .unwrap();
    assert!(
        users::assignments(&context, alice)
            .await
            .unwrap()
            .is_empty()
    );
    let again = roles::revoke(&context, &subject, "viewer", None).await;
    assert!(matches!(again, Err(AdminError::NotFound { .. })));
    let unknown = NewAssignment {
        role: "nonsense".to_owned(),
        ..give(None)
    };
    assert!(matches!(
        roles::assign(&context, unknown).await,
        Err(AdminError::NotFound { .. })
    ));
}

#[rstest]
#[case("")]
#[case("Admin")]
#[case("two words")]
#[case("ümlaut")]
#[tokio::test]
async fn role_has_plain_name(#[case] name: &str) {
    let world = World::new().await;
    let created = roles::create(&world.op(), name, "", Vec::new()).await;
    assert!(matches!(
        created,
        Err(AdminError::Invalid { field: "name", .. })
    ));
}

#[tokio::test]
async fn role_requires_known_permissions() {
    let world = World::new().await;
    let context = world.op();
    let bad = roles::create(&context, "auditor", "", vec!["tasks:fly".to_owned()]).await;
    assert!(matches!(
        bad,
        Err(AdminError::Invalid {
            field: "permission",
            ..
        })
    ));
    let good = vec!["tasks:read".to_owned()];
    roles::create(&context, "auditor", "Looks", good.clone())
        .await
        .unwrap();
    assert!(matches!(
        roles::create(&context, "auditor", "", good).await,
        Err(AdminError::Taken { .. })
    ));
}

#[tokio::test]
async fn registration_skips_unknown_roles() {
    let world = World::new().await;
    let alice = world.user("alice").await.id;
    let tx = world.db.begin_write().await.unwrap();
    let requested = ["nonsense".to_owned(), "developer".to_owned()];
    register::assign_registered(&tx, &requested, alice, NOW, Generator::new(&SystemRandom))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let held = users::assignments(&world.op(), alice).await.unwrap();
    assert_eq!(
        held.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(),
        ["developer"]
    );
}
