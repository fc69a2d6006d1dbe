//! Standard roles, and role assignments.

use std::collections::BTreeSet;

use doorward_accounts::register;
use doorward_domain::model::{Group, GroupId, LinkId, LinkedAccount, SubjectKind};
use doorward_domain::random::{Generator, SystemRandom};
use doorward_store::repo;
use doorward_store::repo::role_assignments::AssignmentFilter;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::assignments;
use super::super::assignments::operations::REVOKE;
use super::super::credential_export;
use super::super::effective_assignments;
use super::super::roles::{self, NewAssignment};
use super::super::tasks_sample;
use super::super::users::{self, NewUser};
use super::*;
use crate::operator::AdminError;
use crate::role_rules::Subject;

/// Returns the names of a user's effective roles.
async fn held(world: &World, user: &User) -> BTreeSet<String> {
    let found = users::roles(&world.op(), std::slice::from_ref(user)).await;
    found.unwrap().remove(&user.id).unwrap_or_default()
}

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
    assert_eq!(roles::permissions(&world.op()).await.unwrap().len(), 22);
    let again = tasks_sample::load(&world.op(), AUDIENCE).await.unwrap();
    assert_eq!(again, roles::Added::default());
    // Roles that an operator deletes are not added again at the next start.
    let tx = world.db.begin_write().await.unwrap();
    assert!(repo::roles::delete(&tx, "viewer", NOW).await.unwrap());
    tx.commit().await.unwrap();
    crate::new_database::ensure(&world.op(), Some(AUDIENCE))
        .await
        .unwrap();
    assert_eq!(roles::list(&world.op()).await.unwrap().len(), 8);
}

#[test]
fn standard_roles_differ() {
    for (number, (item, _, roles)) in tasks_sample::ROLES.iter().enumerate() {
        for (other, _, others) in &tasks_sample::ROLES[..number] {
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
    let user = world.user("alice").await;
    let alice = user.id;
    let viewer = BTreeSet::from(["viewer".to_owned()]);
    let give = |expires_at| NewAssignment {
        subject: Subject::User(alice),
        role: "viewer".to_owned(),
        org: None,
        expires_at,
        active: true,
    };
    assert!(
        assignments::create(&context, give(Some(NOW)))
            .await
            .is_err()
    );
    assignments::create(&context, give(Some(NOW + 10)))
        .await
        .unwrap();
    assert_eq!(held(&world, &user).await, viewer);
    world.later(10);
    assert!(held(&world, &user).await.is_empty());
    assignments::create(&context, give(None)).await.unwrap();
    assert_eq!(held(&world, &user).await, viewer);
    let revoke = json!({ "user": "alice", "role": "viewer" });
    let revoke = async || (REVOKE.run)(revoke.clone(), &context).await;
    revoke().await.unwrap();
    assert!(held(&world, &user).await.is_empty());
    let again = revoke().await;
    assert!(matches!(again, Err(AdminError::NotFound { .. })));
    let unknown = NewAssignment {
        role: "nonsense".to_owned(),
        ..give(None)
    };
    assert!(matches!(
        assignments::create(&context, unknown).await,
        Err(AdminError::NotFound { .. })
    ));
}

/// Assigns roles to three users and to a group of two of them. Returns the users and the group.
async fn insert_assignments(world: &World) -> (Vec<User>, GroupId) {
    let group = Group {
        id: GroupId::parse("00000000-0000-7000-8000-000000000007").unwrap(),
        path: "/staff".to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent: None,
        manager: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let mut users = Vec::new();
    for name in ["ann", "bea", "cy"] {
        users.push(world.user(name).await);
        world.later(1);
    }
    let tx = world.db.begin_write().await.unwrap();
    repo::groups::insert(&tx, &group).await.unwrap();
    for user in &users[1..] {
        let added = repo::groups::add_member(&tx, group.id, user.id, NOW).await;
        assert!(added.unwrap());
    }
    tx.commit().await.unwrap();
    for (subject, role) in [
        (Subject::User(users[0].id), "viewer"),
        (Subject::Group(group.id), "viewer"),
        (Subject::Group(group.id), "editor"),
        (Subject::User(users[2].id), "viewer"),
    ] {
        let new = NewAssignment {
            subject,
            role: role.to_owned(),
            org: None,
            expires_at: None,
            active: true,
        };
        assignments::create(&world.op(), new).await.unwrap();
        world.later(1);
    }
    (users, group.id)
}

/// The rows of all users of a page are read together.
#[tokio::test]
async fn export_has_rows_of_each_user() {
    let world = World::new().await;
    let (users, _) = insert_assignments(&world).await;
    let link = LinkedAccount {
        id: LinkId::from_uuid(users[1].id.as_uuid()),
        user_id: users[1].id,
        issuer: "https://accounts.example".to_owned(),
        subject: "b-1".to_owned(),
        label: "bea".to_owned(),
        roles: Vec::new(),
        created_at: NOW,
        last_used_at: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::linked_accounts::insert(&tx, &link).await.unwrap();
    tx.commit().await.unwrap();
    let page = credential_export::page(&world.op(), None, None).await;
    let (exported, last) = page.unwrap();
    assert_eq!(last, Some(users[2].id));
    let member = |name: &str| exported.iter().map(|user| user[name].clone()).collect();
    let staff = json!([{ "organization": null, "path": "/staff" }]);
    let viewer = json!([{ "role": "viewer", "organization": null, "expires_at": null }]);
    let groups: Vec<Value> = member("groups");
    assert_eq!(groups, [json!([]), staff.clone(), staff]);
    let roles: Vec<Value> = member("roles");
    assert_eq!(roles, [viewer.clone(), json!([]), viewer]);
    let linked = json!([{ "issuer": "https://accounts.example", "subject": "b-1" }]);
    let links: Vec<Value> = member("linked_accounts");
    assert_eq!(links, [json!([]), linked, json!([])]);
}

#[tokio::test]
async fn effective_assignments_are_listed_once_in_pages() {
    let world = World::new().await;
    let (users, group) = insert_assignments(&world).await;
    let list = async |filter: &AssignmentFilter, limit: u64| {
        let (mut all, mut after) = (Vec::new(), None::<String>);
        loop {
            let context = world.op();
            let page = effective_assignments::page(&context, filter, after.as_deref(), limit);
            let page = page.await.unwrap();
            for found in page.items {
                let group = found.group().unwrap_or("-").to_owned();
                let user = found.user.unwrap().username;
                all.push(format!("{user} {} {group}", found.assignment.role));
            }
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    };
    let all = AssignmentFilter::default();
    let holder = |kind, id: String| AssignmentFilter {
        holder: Some((kind, id)),
        ..AssignmentFilter::default()
    };
    let editors = AssignmentFilter {
        role: Some("editor".to_owned()),
        ..all.clone()
    };
    let cy = holder(SubjectKind::User, users[2].id.to_string());
    let staff = holder(SubjectKind::Group, group.to_string());
    for limit in [1, 2, 5, 100] {
        let listed = list(&all, limit).await;
        let expected = [
            "ann viewer -",
            "bea viewer /staff",
            "cy viewer /staff",
            "bea editor /staff",
            "cy editor /staff",
            "cy viewer -",
        ];
        assert_eq!(listed, expected, "{limit}");
        assert_eq!(list(&editors, limit).await, expected[3..5]);
        assert_eq!(list(&staff, limit).await, expected[1..5]);
        let of_cy = [expected[2], expected[4], expected[5]];
        assert_eq!(list(&cy, limit).await, of_cy);
    }
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
            field: "permissions",
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
    let user = world.user("alice").await;
    let alice = user.id;
    let tx = world.db.begin_write().await.unwrap();
    let requested = ["nonsense".to_owned(), "developer".to_owned()];
    register::assign_registered(&tx, &requested, alice, NOW, Generator::new(&SystemRandom))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let developer = BTreeSet::from(["developer".to_owned()]);
    assert_eq!(held(&world, &user).await, developer);
}
