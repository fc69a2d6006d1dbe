//! Tests of `/api/admin/export`, `/api/admin/plan`, `/api/admin/apply` and `/api/admin/drift`.

mod approval;

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok};

flows!(
    plan_is_applied_and_drift_names_change_by_hand,
    apply_with_problem_or_other_state_changes_nothing,
    only_holders_of_permission_plan,
    one_object_is_planned_and_applied,
);

async fn call(world: &World<'_>, path: &str, body: &Value) -> Value {
    let path = format!("/api/admin/{path}");
    ok(&world.call("admin", "POST", &path, Some(body)).await, 200)
}

/// Returns the objects of a kind.
async fn exported(world: &World<'_>, kind: &str) -> Value {
    let path = format!("/api/admin/export?kinds={kind}");
    let page = world.call("admin", "GET", &path, None).await;
    ok(&page, 200)["objects"].clone()
}

fn with(mut objects: Value, kind: &str, document: Value) -> Value {
    objects[kind].as_array_mut().unwrap().push(document);
    objects
}

async fn plan_is_applied_and_drift_names_change_by_hand(stack: &Stack) {
    let world = World::new(stack).await;
    let before = exported(&world, "roles").await;
    let role = json!({ "name": "auditor", "description": "Reads", "permissions": ["audit:read"] });
    let wanted = with(before.clone(), "roles", role);
    let plan = call(
        &world,
        "plan",
        &json!({ "objects": wanted, "form": "markdown" }),
    )
    .await;
    let change = &plan["changes"][0];
    let found = ["action", "kind", "object"].map(|name| &change[name]);
    assert_eq!(
        json!(found),
        json!(["create", "roles", "auditor"]),
        "{plan}"
    );
    assert_eq!(plan["applied"], false);
    assert!(
        plan["text"]
            .as_str()
            .unwrap()
            .contains("- create `roles/auditor`"),
        "{plan}"
    );
    assert_eq!(exported(&world, "roles").await, before);

    let body = json!({ "objects": wanted, "state": plan["state"], "commit": "4f2c9e1" });
    let done = call(&world, "apply", &body).await;
    assert_eq!(done["applied"], true, "{done}");
    assert_eq!(done["plan"], plan["plan"]);
    assert!(world.has_event("role.changed", "admin", "created").await);
    let plan = call(&world, "plan", &json!({ "objects": wanted })).await;
    assert_eq!(plan["changes"], json!([]), "{plan}");

    let drift = call(&world, "drift", &json!({ "objects": wanted })).await;
    assert_eq!(drift["objects"], json!([]), "{drift}");
    let path = "/api/admin/roles/auditor";
    let change = json!({ "description": "Writes" });
    ok(
        &world.change("admin", "PATCH", path, Some(&change)).await,
        200,
    );
    let drift = call(&world, "drift", &json!({ "objects": wanted })).await;
    let object = &drift["objects"][0];
    assert_eq!(object["changed_by"], world.id("admin"), "{drift}");
    assert!(object["changed_by_name"].is_string(), "{drift}");
    let command = "doorward role update --description=Reads auditor";
    assert_eq!(object["commands"], json!([command]), "{drift}");
}

async fn apply_with_problem_or_other_state_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let before = exported(&world, "roles").await;
    let wanted = with(before.clone(), "roles", json!({ "name": "helpers" }));
    let body = json!({ "objects": wanted, "state": "other" });
    let page = world
        .call("admin", "POST", "/api/admin/apply", Some(&body))
        .await;
    assert_eq!(page.status, 412, "{}", page.dump());
    let wrong = with(
        wanted,
        "roles",
        json!({ "name": "x", "permissions": ["no:such"] }),
    );
    let done = call(&world, "apply", &json!({ "objects": wrong })).await;
    assert_eq!(done["applied"], false);
    assert_eq!(done["problems"][0]["object"], "x", "{done}");
    assert_eq!(exported(&world, "roles").await, before);
    for body in [
        json!({ "objects": { "users": [] } }),
        json!({ "objects": {} }),
    ] {
        let page = world
            .call("admin", "POST", "/api/admin/plan", Some(&body))
            .await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
}

async fn only_holders_of_permission_plan(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "objects": { "clients": [] } });
    for path in ["plan", "apply", "drift"] {
        let path = format!("/api/admin/{path}");
        for who in ["alice", "mona@acme"] {
            let page = world.call(who, "POST", &path, Some(&body)).await;
            assert_eq!(page.status, 403, "{who} {path}: {}", page.dump());
        }
    }
}

async fn one_object_is_planned_and_applied(stack: &Stack) {
    let world = World::new(stack).await;
    let before = exported(&world, "roles").await;
    let body = |names: &[&str]| {
        let roles: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        json!({ "objects": { "roles": roles }, "only": { "roles": ["auditor"] } })
    };
    let plan = call(&world, "plan", &body(&["auditor"])).await;
    assert_eq!(plan["changes"].as_array().unwrap().len(), 1, "{plan}");
    let done = call(&world, "apply", &body(&["auditor"])).await;
    assert_eq!(done["applied"], true, "{done}");
    let done = call(&world, "apply", &body(&[])).await;
    assert_eq!(done["changes"][0]["action"], "delete", "{done}");
    assert_eq!(exported(&world, "roles").await, before);
    let path = "/api/admin/apply";
    let mut other = body(&["auditor"]);
    other["state"] = "other".into();
    let page = world.call("admin", "POST", path, Some(&other)).await;
    assert_eq!(page.status, 412, "{}", page.dump());
    let page = world
        .call("admin", "POST", path, Some(&body(&["helper"])))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
}
