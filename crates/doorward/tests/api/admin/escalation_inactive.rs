//! Tests that deleting a permission requires the permissions of all roles that have it, and that
//! inactive roles and assignments protect a user like active ones.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_admin::{roles, tasks_sample};
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::escalation::{assignment, denied};
use super::world::{World, ok, problem};

flows!(
    permission_deletion_requires_permissions_of_roles,
    deleted_permission_returns_to_standard_roles,
    inactive_permissions_protect_user,
);

const READ: &str = "/api/admin/permissions/tasks:read";

async fn has(world: &World<'_>, role: &str, permission: &str) -> bool {
    let found = repo::roles::find(world.db.read(), role).await.unwrap();
    found.unwrap().permissions.contains(permission)
}

async fn permission_deletion_requires_permissions_of_roles(stack: &Stack) {
    let world = World::new(stack).await;
    let clerk = ["roles:read", "roles:write", "tasks:read"];
    world.let_hold("carol", "clerk", &clerk).await;
    denied(&world, "carol", ("DELETE", READ, None), "more_than_held").await;
    for role in ["admin", "manager", "developer", "clerk"] {
        assert!(has(&world, role, "tasks:read").await, "{role}");
    }
    // One protected role is enough to deny the deletion.
    let tx = world.db.begin_write().await.unwrap();
    for role in repo::roles::list(&tx).await.unwrap() {
        if !["admin", "clerk"].contains(&role.name.as_str()) {
            let mut less = role.clone();
            less.permissions.remove("tasks:read");
            repo::roles::upsert(&tx, &less).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    denied(&world, "carol", ("DELETE", READ, None), "more_than_held").await;
    assert!(has(&world, "admin", "tasks:read").await);
}

async fn deleted_permission_returns_to_standard_roles(stack: &Stack) {
    let world = World::new(stack).await;
    // Adds the standard roles, which the seed does not contain.
    let context = AdminContext::command_line(&world.db, &stack.clock);
    tasks_sample::load(&context, &stack.seed.audience)
        .await
        .unwrap();
    let removed = world.change("admin", "DELETE", READ, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert!(!has(&world, "admin", "tasks:read").await);
    let added = tasks_sample::load(&context, &stack.seed.audience)
        .await
        .unwrap();
    assert_eq!((added.permissions, added.roles), (1, 0));
    for role in ["admin", "manager", "developer", "viewer"] {
        assert!(has(&world, role, "tasks:read").await, "{role}");
    }
    assert!(!has(&world, "24x7_access", "tasks:read").await);
    // The administrator can still grant the permissions.
    let wider = json!({ "permissions": ["tasks:read", "tasks:write"] });
    let path = "/api/admin/roles/developer";
    ok(
        &world.change("admin", "PATCH", path, Some(&wider)).await,
        200,
    );
    // If only the role `admin` lost the permission, it gets it back, and nothing else changes.
    let tx = world.db.begin_write().await.unwrap();
    let mut admin = repo::roles::find(&tx, "admin").await.unwrap().unwrap();
    admin.permissions.remove("tasks:read_all");
    repo::roles::upsert(&tx, &admin).await.unwrap();
    tx.commit().await.unwrap();
    let added = tasks_sample::load(&context, &stack.seed.audience)
        .await
        .unwrap();
    assert_eq!(added.restored, 1);
    assert!(has(&world, "admin", "tasks:read_all").await);
    assert!(!has(&world, "developer", "tasks:delete").await);
    let again = tasks_sample::load(&context, &stack.seed.audience)
        .await
        .unwrap();
    assert_eq!(again, roles::Added::default());
}

async fn inactive_permissions_protect_user(stack: &Stack) {
    let mut world = World::new(stack).await;
    for name in ["dora", "emil", "finn", "gina"] {
        world.create_user(name).await;
    }
    let clerk = ["users:read", "users:write"];
    world.let_hold("carol", "clerk", &clerk).await;
    world.let_hold("dora", "big", &["keys:write"]).await;
    let path = |world: &World<'_>, name: &str| format!("/api/admin/users/{}", world.id(name));
    let existing = json!({ "email": "mine@example.org" });
    let dora = path(&world, "dora");
    let attempt = ("PATCH", dora.as_str(), Some(existing.clone()));
    denied(&world, "carol", attempt.clone(), "more_powerful").await;
    let off = json!({ "active": false });
    let role = "/api/admin/roles/big";
    ok(&world.change("admin", "PATCH", role, Some(&off)).await, 200);
    denied(&world, "carol", attempt, "more_powerful").await;

    // An inactive assignment to the user, and one to the user's group.
    let mut prepared = assignment(&world, "user", "emil", "admin");
    prepared["active"] = json!(false);
    let list = "/api/admin/role-assignments";
    let created = world.call("admin", "POST", list, Some(&prepared)).await;
    ok(&created, 201);
    let group = world.groups[""];
    world.put_into(group, "finn").await;
    let mut prepared = assignment(&world, "group", &group.to_string(), "admin");
    prepared["active"] = json!(false);
    let created = world.call("admin", "POST", list, Some(&prepared)).await;
    ok(&created, 201);
    for name in ["emil", "finn"] {
        let target = path(&world, name);
        let attempt = ("PATCH", target.as_str(), Some(existing.clone()));
        denied(&world, "carol", attempt, "more_powerful").await;
        let reset = format!("{target}/password-reset");
        denied(&world, "carol", ("POST", &reset, None), "more_powerful").await;
    }
    // An expired assignment does not protect.
    let mut over = world.given(SubjectKind::User, &world.id("gina"), "admin", None);
    over.expires_at = Some(stack.clock.now());
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &over).await.unwrap();
    tx.commit().await.unwrap();
    let gina = path(&world, "gina");
    let changed = world.change("carol", "PATCH", &gina, Some(&existing)).await;
    assert_eq!(ok(&changed, 200)["email"], "mine@example.org");
    problem(
        &world
            .change("carol", "PATCH", "/api/admin/users/x", Some(&existing))
            .await,
        404,
        "not-found",
    );
}
