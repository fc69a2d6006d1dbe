//! The departure of a user, with a successor and without.

use doorward_domain::model::{GroupId, UserId};

use super::super::groups::{self, NewGroup};
use super::super::offboarding::{self, Obstacle, Offboarding, Responsibility};
use super::super::{organizations, users};
use super::*;
use crate::operator::AdminError;

async fn group(world: &World, org: Option<&str>, name: &str, manager: UserId) -> GroupId {
    let new = NewGroup {
        name: name.to_owned(),
        org: org.map(str::to_owned),
        manager: Some(manager),
        ..NewGroup::default()
    };
    groups::create(&world.op(), new).await.unwrap().id
}

async fn organization(world: &World, slug: &str, owner: UserId) {
    let made = organizations::create(&world.op(), slug, slug, Some(owner)).await;
    made.unwrap();
}

async fn run(world: &World, user: &str, successor: Option<&User>) -> Offboarding {
    let op = world.op();
    let user = users::get(&op, user).await.unwrap();
    offboarding::run(&op, &user, successor, true).await.unwrap()
}

#[tokio::test]
async fn successor_takes_over_and_second_run_finds_rest() {
    let world = World::new().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let carol = world.user("carol").await;
    organization(&world, "acme", alice.id).await;
    organization(&world, "zeta", carol.id).await;
    let op = world.op();
    let member = organizations::set_member(&op, "zeta", alice.id, false);
    member.await.unwrap();
    let root = group(&world, None, "sales", alice.id).await;
    let own = group(&world, Some("acme"), "team", alice.id).await;
    let foreign = group(&world, Some("zeta"), "team", alice.id).await;
    let item = |id, path: &str, org: Option<&str>| Responsibility::Group {
        id,
        path: path.to_owned(),
        org: org.map(str::to_owned),
    };
    let zeta = item(foreign, "/team", Some("zeta"));
    let expected = Offboarding {
        was_active: true,
        ended: doorward_services::access_end::EndedAccess::default(),
        moved: vec![
            Responsibility::Organization("acme".to_owned()),
            item(root, "/sales", None),
            item(own, "/team", Some("acme")),
        ],
        left: vec![(zeta.clone(), Obstacle::NoMember)],
    };
    let plan = offboarding::plan(&op, &alice, Some(&bob)).await.unwrap();
    assert_eq!(plan, expected);
    assert!(users::get(&op, "alice").await.unwrap().is_active());
    assert_eq!(run(&world, "alice", Some(&bob)).await, expected);
    assert!(!users::get(&op, "alice").await.unwrap().is_active());
    let owners = repo::organizations::owners(world.db.read(), "acme").await;
    assert_eq!(owners.unwrap(), [bob.id]);
    for id in [root, own] {
        assert_eq!(groups::get(&op, id).await.unwrap().manager, Some(bob.id));
    }
    let member = organizations::set_member(&op, "zeta", bob.id, false);
    member.await.unwrap();
    let again = run(&world, "alice", Some(&bob)).await;
    assert_eq!((again.moved, again.left), (vec![zeta], vec![]));
    assert!(!again.was_active);
    let count = world.changes(AuditKind::UserChanged).await.len();
    let nothing = run(&world, "alice", Some(&bob)).await;
    assert_eq!((nothing.moved, nothing.left), (vec![], vec![]));
    assert_eq!(world.changes(AuditKind::UserChanged).await.len(), count);
}

#[tokio::test]
async fn orphans_are_reported_and_wrong_successor_is_rejected() {
    let world = World::new().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let carol = world.user("carol").await;
    for slug in ["acme", "zeta"] {
        organization(&world, slug, alice.id).await;
    }
    let op = world.op();
    let second = organizations::set_member(&op, "zeta", carol.id, true);
    second.await.unwrap();
    users::disable(&op, bob.id).await.unwrap();
    let bob = users::get(&op, "bob").await.unwrap();
    for wrong in [&alice, &bob] {
        let failed = offboarding::run(&op, &alice, Some(wrong), true).await;
        let is_named = matches!(
            failed,
            Err(AdminError::Invalid {
                field: "successor",
                ..
            })
        );
        assert!(is_named, "{failed:?}");
    }
    let done = run(&world, "alice", None).await;
    assert!(done.moved.is_empty(), "{done:?}");
    let acme = Responsibility::Organization("acme".to_owned());
    assert_eq!(done.left, [(acme, Obstacle::NoSuccessor)]);
    assert!(!users::get(&op, "alice").await.unwrap().is_active());
}
