//! Tests of group managers, who have access to the tasks of the department (decision 36). The tests of delegation in
//! `admin` check who assigns, moves and removes them.

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok};
use crate::tasks_api::{make, patch, token};

flows!(manager_reaches_tasks_of_department);

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

async fn manager_reaches_tasks_of_department(stack: &Stack) {
    let world = World::new(stack).await;
    for who in ["alice", "carol"] {
        world.let_hold(who, "grouper", GROUP_EDITOR).await;
    }
    let bob = token(stack, &stack.seed.trusted, "bob").await;
    let task = make(stack, &bob, "engineering").await;
    // A department of another name does not become this one by a change of its manager or of carol.
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
    let lead = json!({ "manager": world.id("alice") });
    let request = ("PATCH", below.as_str(), Some(lead.clone()));
    denied(&world, "carol", request, "more_than_held").await;
    assert_eq!(reach(&world, &task).await, 404);
    change(&world, "admin", &below, lead).await;
    assert_eq!(reach(&world, &task).await, 200);
    denied(&world, "carol", ("DELETE", &below, None), "more_than_held").await;
    assert_eq!(reach(&world, &task).await, 200);
}
