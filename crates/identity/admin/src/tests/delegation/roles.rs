//! Roles, their assignments, and permissions.

use doorward_domain::model::Permission;
use doorward_rules::delegation::DelegationRule::{MoreThanHeld, NeedsPermission, NotToOneself};
use rstest::rstest;

use super::*;
use crate::tasks_sample;
use crate::testing::AUDIENCE;

#[tokio::test]
async fn rejects_assignment_beyond_own_roles() {
    let company = Company::new().await;
    let service = clients::service(&company).await;
    let group = Subject::Group(company.groups[""]);
    for (who, subject, role, rule) in [
        ("helper", company.user("alice"), "admin", MoreThanHeld),
        ("helper", company.user("alice"), "developer", MoreThanHeld),
        ("helper", company.user("helper"), "helper", NotToOneself),
        ("helper", company.user("helper"), "admin", NotToOneself),
        ("helper", Subject::Client(service), "admin", MoreThanHeld),
        ("helper", group, "admin", MoreThanHeld),
        ("admin", company.user("admin"), "manager", NotToOneself),
    ] {
        denied(company.assign(who, subject, role).await, rule);
    }
    let given = company
        .assign("helper", company.user("alice"), "helper")
        .await;
    assert_eq!(given.unwrap().role, "helper");
}

#[tokio::test]
async fn role_cannot_exceed_permissions_of_editor() {
    let company = Company::new().await;
    for (role, body) in [
        (
            "helper",
            json!({ "permissions": ["users:read", "keys:write"] }),
        ),
        ("admin", json!({ "permissions": [] })),
    ] {
        denied(
            company.change_role("helper", role, body).await,
            MoreThanHeld,
        );
    }
    let helper = company.context("helper").await;
    denied(crate::roles::delete(&helper, "admin").await, MoreThanHeld);
    let spy = vec!["audit:read".to_owned()];
    denied(
        crate::roles::create(&helper, "spy", "", spy).await,
        MoreThanHeld,
    );
}

/// Checks every form of a change of the role `admin`.
#[tokio::test]
async fn role_admin_keeps_every_permission() {
    let company = Company::new().await;
    let all = repo::roles::list_permissions(company.world.db.read()).await;
    let all = all.unwrap();
    let all: Vec<&str> = all.iter().map(|item| item.codename.as_str()).collect();
    company.hold("carol", "everything", &all).await;
    for body in [
        json!({ "permissions": ["users:read"] }),
        json!({ "permissions": [] }),
        json!({ "permissions": all }),
        json!({ "description": "Mine" }),
        json!({ "active": false }),
        json!({ "active": true }),
    ] {
        denied(
            company.change_role("carol", "admin", body).await,
            MoreThanHeld,
        );
    }
    let carol = company.context("carol").await;
    denied(crate::roles::delete(&carol, "admin").await, MoreThanHeld);
    for body in [
        json!({ "permissions": ["users:read"] }),
        json!({ "permissions": [] }),
        json!({ "permissions": ["users:read"], "description": "Fewer" }),
        json!({ "active": false }),
    ] {
        let changed = company.change_role("admin", "admin", body).await;
        assert!(
            matches!(changed, Err(AdminError::LastHolder(_))),
            "{changed:?}"
        );
    }
    let body = json!({ "permissions": all, "description": "Does everything" });
    company.change_role("admin", "admin", body).await.unwrap();
    // Deleting a permission changes the role as well.
    let new = Permission {
        codename: "bills:read".to_owned(),
        description: "Read".to_owned(),
        audience: "https://bills.example/api".to_owned(),
    };
    let admin = company.context("admin").await;
    crate::roles::create_permission(&admin, new).await.unwrap();
    company.hold("carol", "accountant", &["bills:read"]).await;
    let carol = company.context("carol").await;
    denied(
        crate::roles::delete_permission(&carol, "bills:read").await,
        MoreThanHeld,
    );
}

/// Checks that deleting a permission requires the permissions of every role that has it.
#[tokio::test]
async fn permission_deletion_requires_permissions_of_roles() {
    let company = Company::new().await;
    let db = &company.world.db;
    let clerk = ["roles:read", "roles:write", "tasks:read"];
    company.hold("carol", "clerk", &clerk).await;
    let carol = company.context("carol").await;
    let delete = async || crate::roles::delete_permission(&carol, "tasks:read").await;
    denied(delete().await, MoreThanHeld);
    // One protected role is enough to deny the deletion.
    let tx = db.begin_write().await.unwrap();
    for mut role in repo::roles::list(&tx).await.unwrap() {
        if !["admin", "clerk"].contains(&role.name.as_str()) {
            role.permissions.remove("tasks:read");
            repo::roles::upsert(&tx, &role).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    denied(delete().await, MoreThanHeld);
    assert!(has(&company, "admin", "tasks:read").await);
}

async fn has(company: &Company, role: &str, permission: &str) -> bool {
    let found = repo::roles::find(company.world.db.read(), role).await;
    found.unwrap().unwrap().permissions.contains(permission)
}

#[tokio::test]
async fn deleted_permission_returns_to_standard_roles() {
    let company = Company::new().await;
    let (line, admin) = (company.world.op(), company.context("admin").await);
    crate::roles::delete_permission(&admin, "tasks:read")
        .await
        .unwrap();
    assert!(!has(&company, "admin", "tasks:read").await);
    let added = tasks_sample::load(&line, AUDIENCE).await.unwrap();
    assert_eq!((added.permissions, added.roles), (1, 0));
    for role in ["admin", "manager", "developer", "viewer"] {
        assert!(has(&company, role, "tasks:read").await, "{role}");
    }
    assert!(!has(&company, "24x7_access", "tasks:read").await);
    // The administrator can still grant the permissions.
    let wider = json!({ "permissions": ["tasks:read", "tasks:write"] });
    company
        .change_role("admin", "developer", wider)
        .await
        .unwrap();
    // If only the role `admin` lost the permission, it gets it back, and nothing else changes.
    let tx = company.world.db.begin_write().await.unwrap();
    let mut role = repo::roles::find(&tx, "admin").await.unwrap().unwrap();
    role.permissions.remove("tasks:read_all");
    repo::roles::upsert(&tx, &role).await.unwrap();
    tx.commit().await.unwrap();
    let added = tasks_sample::load(&line, AUDIENCE).await.unwrap();
    assert_eq!(added.restored, 1);
    assert!(has(&company, "admin", "tasks:read_all").await);
    assert!(!has(&company, "developer", "tasks:delete").await);
    let again = tasks_sample::load(&line, AUDIENCE).await.unwrap();
    assert_eq!(again, crate::roles::Added::default());
}

/// Checks that a role without permissions is assigned only by an administrator who has it: services
/// may trust the role by its name.
#[tokio::test]
async fn marker_role_is_assigned_only_by_holder() {
    let company = Company::new().await;
    company.hold("carol", "24x7_access", &[]).await;
    let give = async |who: &str, name: &str, role: &str| {
        company.assign(who, company.user(name), role).await
    };
    denied(give("helper", "alice", "24x7_access").await, MoreThanHeld);
    let off = json!({ "active": false });
    denied(
        company.change_role("helper", "24x7_access", off).await,
        MoreThanHeld,
    );
    let helper = company.context("helper").await;
    denied(
        crate::roles::delete(&helper, "24x7_access").await,
        MoreThanHeld,
    );
    // Nor may a new role be created under a name that a policy may know, and then assigned.
    crate::roles::create(&helper, "on_call", "", Vec::new())
        .await
        .unwrap();
    denied(give("helper", "alice", "on_call").await, MoreThanHeld);
    // A global administrator may assign it, and so may an administrator with the role.
    give("admin", "alice", "24x7_access").await.unwrap();
    company
        .hold("carol", "giver", &["roles:read", "roles:assign"])
        .await;
    give("carol", "bob", "24x7_access").await.unwrap();
}

#[rstest]
#[case("alice", NeedsPermission)]
#[case("helper", MoreThanHeld)]
#[tokio::test]
async fn assignment_needs_permission_first(#[case] who: &str, #[case] rule: DelegationRule) {
    let company = Company::new().await;
    denied(
        company.assign(who, company.user("bob"), "admin").await,
        rule,
    );
}
