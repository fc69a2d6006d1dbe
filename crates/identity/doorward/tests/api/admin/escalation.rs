//! Tests that an attempt to grant more permissions than the administrator has is denied with 403 and audited, and
//! that the denial is explained. The tests of delegation in `admin` have every attempt.

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    every_kind_of_object_denies_more_than_held,
    reading_requires_permission,
    change_of_user_assigns_no_role,
    denial_is_explained,
    token_without_scope_does_not_administer,
);

pub async fn denied(
    world: &World<'_>,
    who: &str,
    request: (&str, &str, Option<Value>),
    rule: &str,
) {
    let (method, path, body) = request;
    let before = world.denials().await;
    let page = world.change(who, method, path, body.as_ref()).await;
    let received = problem(&page, 403, "permission-denied");
    assert_eq!(received["rule"], rule, "{who} {method} {path}: {received}");
    assert_eq!(
        received["decision_id"].as_str(),
        page.header("x-decision-id")
    );
    assert!(received["decision_id"].is_string(), "{received}");
    assert_eq!(world.denials().await, before + 1, "{who} {method} {path}");
}

pub fn assignment(world: &World<'_>, kind: &str, holder: &str, role: &str) -> Value {
    let holder = world
        .people
        .get(holder)
        .map_or_else(|| holder.to_owned(), ToString::to_string);
    json!({ kind: holder, "role": role })
}

/// Checks one attempt on each kind of object.
async fn every_kind_of_object_denies_more_than_held(stack: &Stack) {
    let world = World::new(stack).await;
    let eve = json!({ "username": "eve", "email": "eve@example.org", "roles": ["admin"] });
    let robot = json!({ "name": "Robot", "kind": "confidential", "scope": "tasks:read_all" });
    let wider = json!({ "permissions": ["users:read", "keys:write"] });
    let lead = json!({ "manager": world.id("alice") });
    let group = format!("/api/admin/groups/{}", world.groups[""]);
    for (method, path, body) in [
        (
            "POST",
            "/api/admin/role-assignments",
            assignment(&world, "user", "alice", "admin"),
        ),
        ("POST", "/api/admin/users", eve),
        ("POST", "/api/admin/clients", robot),
        ("PATCH", "/api/admin/roles/helper", wider),
        ("PATCH", group.as_str(), lead),
    ] {
        denied(
            &world,
            "helper",
            (method, path, Some(body)),
            "more_than_held",
        )
        .await;
    }
    let own = assignment(&world, "user", "helper", "helper");
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/role-assignments", Some(own)),
        "not_to_oneself",
    )
    .await;
}

async fn reading_requires_permission(stack: &Stack) {
    let world = World::new(stack).await;
    for (who, path) in [
        ("helper", "/api/admin/audit"),
        ("helper", "/api/admin/keys"),
        ("alice", "/api/admin/users"),
    ] {
        denied(&world, who, ("GET", path, None), "needs_permission").await;
    }
}

async fn change_of_user_assigns_no_role(stack: &Stack) {
    let world = World::new(stack).await;
    let plain = json!({ "username": "eve", "email": "eve@example.org" });
    let eve = world
        .call("helper", "POST", "/api/admin/users", Some(&plain))
        .await;
    let path = format!("/api/admin/users/{}", ok(&eve, 201)["id"].as_str().unwrap());
    for other in [json!({ "roles": ["admin"] }), json!({ "id": "another" })] {
        let page = world.change("helper", "PATCH", &path, Some(&other)).await;
        problem(&page, 400, "invalid-input");
    }
}

async fn denial_is_explained(stack: &Stack) {
    let world = World::new(stack).await;
    let page = world.call("alice", "GET", "/api/admin/clients", None).await;
    let received = problem(&page, 403, "permission-denied");
    // A caller without access to the audit log learns only the missing permission.
    assert_eq!(received["missing"], json!(["clients:read"]));
    assert_eq!(received.get("inputs"), None);
    let id = received["decision_id"].as_str().unwrap();
    let path = format!("/api/admin/decisions/{id}");
    let explained = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(explained["rule"], "needs_permission");
    assert_eq!(explained["actor"], world.id("alice"));
    assert_eq!(explained["missing"], json!(["clients:read"]));
    assert_eq!(explained["granted_by_roles"], json!(["admin", "helper"]));
    assert_eq!(explained["ask"], json!(["admin", "helper"]));
    let commands =
        ["admin", "helper"].map(|role| format!("doorward role assign --user alice --role {role}"));
    assert_eq!(explained["grant"], json!(commands));
    assert_eq!(explained["client_id"], stack.seed.trusted.id.as_str());
    assert_eq!(explained["inputs"]["attempt"], "GET /api/admin/clients");
    assert_eq!(explained["inputs"]["roles"], json!(["developer"]));
    problem(
        &world.call("alice", "GET", &path, None).await,
        403,
        "permission-denied",
    );
    for unknown in ["nonsense", "0190f6a0-0000-7000-8000-000000000000"] {
        let path = format!("/api/admin/decisions/{unknown}");
        problem(
            &world.call("admin", "GET", &path, None).await,
            404,
            "not-found",
        );
    }
}

async fn token_without_scope_does_not_administer(stack: &Stack) {
    let world = World::new(stack).await;
    let token = world.token_with("admin", "openid").await;
    let page = world.call_as(&token, "GET", "/api/admin/users", None).await;
    let received = problem(&page, 403, "permission-denied");
    assert_eq!(received["rule"], "needs_scope");
    let token = world.token_with("admin", "openid tasks:read").await;
    let page = world.call_as(&token, "GET", "/api/admin/users", None).await;
    problem(&page, 401, "invalid-token");
    problem(
        &world.call("", "GET", "/api/admin/users", None).await,
        401,
        "invalid-token",
    );
    // A disabled user has no administrator access, even with a valid token.
    world.token("helper").await;
    stack.disable_user("helper").await;
    problem(
        &world.call("helper", "GET", "/api/admin/users", None).await,
        401,
        "invalid-token",
    );
}
