//! Tests of group managers, who have access to the tasks of the department: only an administrator
//! with these permissions assigns, moves and removes them (decision 36).

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok};
use crate::tasks_api::{make, patch, token};

flows!(
    manager_assignment_requires_permissions_of_manager,
    renamed_department_cannot_grant_manager,
    manager_assigns_managers_below_and_successor,
    account_of_manager_is_protected,
);

const GROUPS: &str = "/api/admin/groups";

/// The permissions of an administrator for groups only.
const GROUP_EDITOR: &[&str] = &["groups:read", "groups:write"];

/// Creates a group as the administrator and returns its path.
async fn group(world: &World<'_>, body: Value) -> String {
    let created = world.call("admin", "POST", GROUPS, Some(&body)).await;
    let id = ok(&created, 201)["id"].as_str().unwrap().to_owned();
    format!("{GROUPS}/{id}")
}

async fn change(world: &World<'_>, who: &str, path: &str, body: Value) -> Value {
    ok(&world.change(who, "PATCH", path, Some(&body)).await, 200)
}

/// Changes a task of bob's in the department as alice; returns the status.
async fn reach(world: &World<'_>, task: &str) -> u16 {
    world.stack.clear_caches();
    let alice = token(world.stack, &world.stack.seed.trusted, "alice").await;
    patch(world.stack, task, &alice).await
}

async fn manager_assignment_requires_permissions_of_manager(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "grouper", GROUP_EDITOR).await;
    let sales = format!("{GROUPS}/{}", world.groups[""]);
    let bob = token(stack, &stack.seed.trusted, "bob").await;
    let task = make(stack, &bob, "sales").await;
    let alice = world.id("alice");
    let lead = || Some(json!({ "manager": alice }));
    for who in ["carol", "helper"] {
        let request = ("PATCH", sales.as_str(), lead());
        denied(&world, who, request, "more_than_held").await;
        let new = json!({ "name": "depot", "manager": alice });
        let request = ("POST", GROUPS, Some(new));
        denied(&world, who, request, "more_than_held").await;
        let own = Some(json!({ "manager": world.id(who) }));
        denied(&world, who, ("PATCH", &sales, own), "not_to_oneself").await;
    }
    assert_eq!(reach(&world, &task).await, 404);
    // Nor may carol remove the manager or the manager's department.
    change(&world, "admin", &sales, json!({ "manager": alice })).await;
    assert_eq!(reach(&world, &task).await, 200);
    let other = group(&world, json!({ "name": "company" })).await;
    let other = other.rsplit('/').next().unwrap();
    for body in [
        json!({ "manager": null }),
        json!({ "manager": world.id("mona") }),
        json!({ "name": "buying" }),
        json!({ "parent": other }),
    ] {
        let request = ("PATCH", sales.as_str(), Some(body));
        denied(&world, "carol", request, "more_than_held").await;
    }
    denied(&world, "carol", ("DELETE", &sales, None), "more_than_held").await;
    assert_eq!(reach(&world, &task).await, 200);
    // carol may change the other fields of the group.
    let words = json!({ "description": "What is sold", "manager": alice });
    change(&world, "carol", &sales, words).await;
}

async fn renamed_department_cannot_grant_manager(stack: &Stack) {
    let world = World::new(stack).await;
    for who in ["alice", "carol"] {
        world.let_hold(who, "grouper", GROUP_EDITOR).await;
    }
    let bob = token(stack, &stack.seed.trusted, "bob").await;
    let task = make(stack, &bob, "engineering").await;
    let led = json!({ "name": "kitchen", "manager": world.id("alice") });
    let kitchen = group(&world, led).await;
    let below = json!({ "name": "below", "parent": kitchen.rsplit('/').next().unwrap() });
    let below = group(&world, below).await;
    for (who, rule) in [("alice", "not_to_oneself"), ("carol", "more_than_held")] {
        let name = Some(json!({ "name": "engineering" }));
        denied(&world, who, ("PATCH", &kitchen, name), rule).await;
    }
    assert_eq!(reach(&world, &task).await, 404);
    // The subgroup has no manager, so it may be moved anywhere.
    let out = json!({ "parent": null, "name": "engineering" });
    change(&world, "carol", &below, out).await;
    assert_eq!(reach(&world, &task).await, 404);
}

async fn manager_assigns_managers_below_and_successor(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("alice", "grouper", GROUP_EDITOR).await;
    let led = json!({ "name": "engineering", "manager": world.id("alice") });
    let engineering = group(&world, led).await;
    let id = engineering.rsplit('/').next().unwrap();
    let new = json!({ "name": "backend", "parent": id, "manager": world.id("mona") });
    let created = world.call("alice", "POST", GROUPS, Some(&new)).await;
    let backend = ok(&created, 201)["id"].as_str().unwrap().to_owned();
    let backend = format!("{GROUPS}/{backend}");
    let renamed = change(&world, "alice", &backend, json!({ "name": "core" })).await;
    assert_eq!(renamed["path"], "/engineering/core");
    let out = Some(json!({ "parent": null }));
    denied(&world, "alice", ("PATCH", &backend, out), "more_than_held").await;
    let removed = world.change("alice", "DELETE", &backend, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    let next = json!({ "manager": world.id("mona") });
    change(&world, "alice", &engineering, next).await;
    let back = Some(json!({ "manager": world.id("bob") }));
    let request = ("PATCH", engineering.as_str(), back);
    denied(&world, "alice", request, "more_than_held").await;
}

/// Checks that a manager's account is changed only by an administrator who could assign the
/// manager: the account gives access to the department.
async fn account_of_manager_is_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let carer = [
        "users:read",
        "users:write",
        "sessions:read",
        "sessions:write",
    ];
    world.let_hold("carol", "carer", &carer).await;
    stack.give_role("carol", "developer").await;
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let words = json!({ "first_name": "Alice" });
    change(&world, "carol", &alice, words.clone()).await;
    let led = json!({ "name": "engineering", "manager": world.id("alice") });
    let engineering = group(&world, led).await;
    for (method, path, body) in [
        ("PATCH", alice.clone(), Some(words.clone())),
        (
            "PATCH",
            alice.clone(),
            Some(json!({ "email": "carol@example.org" })),
        ),
        ("DELETE", alice.clone(), None),
        ("POST", format!("{alice}/password-reset"), None),
        ("POST", format!("{alice}/passkey-link"), None),
        ("DELETE", format!("{alice}/second-factor"), None),
    ] {
        let request = (method, path.as_str(), body);
        denied(&world, "carol", request, "more_powerful").await;
    }
    change(&world, "admin", &engineering, json!({ "manager": null })).await;
    change(&world, "carol", &alice, words).await;
}
