//! Tests that every attempt to grant more permissions than the administrator has is denied with 403
//! and audited.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    rejects_assignment_beyond_own_roles,
    role_cannot_exceed_permissions_of_editor,
    create_user_rejects_roles_beyond_own_permissions,
    no_group_gives_more,
    client_rejects_scopes_beyond_own_permissions,
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
    json!({ "holder_kind": kind, "holder": holder, "role": role })
}

async fn rejects_assignment_beyond_own_roles(stack: &Stack) {
    let world = World::new(stack).await;
    let roles = "/api/admin/role-assignments";
    let give = |kind: &str, holder: &str, role: &str| {
        ("POST", roles, Some(assignment(&world, kind, holder, role)))
    };
    // A role assigned to another user, to the own account, to a service, to a group.
    denied(
        &world,
        "helper",
        give("user", "alice", "admin"),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "helper",
        give("user", "alice", "developer"),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "helper",
        give("user", "helper", "helper"),
        "not_to_oneself",
    )
    .await;
    denied(
        &world,
        "helper",
        give("user", "helper", "admin"),
        "not_to_oneself",
    )
    .await;
    denied(
        &world,
        "helper",
        give("client", "service", "admin"),
        "more_than_held",
    )
    .await;
    let group = world.groups[""].to_string();
    denied(
        &world,
        "helper",
        give("group", &group, "admin"),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "admin",
        give("user", "admin", "manager"),
        "not_to_oneself",
    )
    .await;
}

/// Checks that a role cannot be extended, created or reactivated with more permissions than its
/// editor has.
async fn role_cannot_exceed_permissions_of_editor(stack: &Stack) {
    let world = World::new(stack).await;
    let wider = json!({ "permissions": ["users:read", "keys:write"] });
    denied(
        &world,
        "helper",
        ("PATCH", "/api/admin/roles/helper", Some(wider)),
        "more_than_held",
    )
    .await;
    let own = json!({ "permissions": [] });
    denied(
        &world,
        "helper",
        ("PATCH", "/api/admin/roles/admin", Some(own)),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "helper",
        ("DELETE", "/api/admin/roles/admin", None),
        "more_than_held",
    )
    .await;
    let new = json!({ "name": "spy", "permissions": ["audit:read"] });
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/roles", Some(new)),
        "more_than_held",
    )
    .await;
}

/// Checks that a user cannot be created or updated with more roles than the administrator may
/// assign.
async fn create_user_rejects_roles_beyond_own_permissions(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({ "username": "eve", "email": "eve@example.org", "roles": ["admin"] });
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/users", Some(new)),
        "more_than_held",
    )
    .await;
    let staff = json!({ "username": "eve", "email": "eve@example.org", "is_staff": true });
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/users", Some(staff)),
        "more_than_held",
    )
    .await;
    let mut plain = json!({ "username": "eve", "email": "eve@example.org" });
    let eve = ok(
        &world
            .call("helper", "POST", "/api/admin/users", Some(&plain))
            .await,
        201,
    );
    let path = format!("/api/admin/users/{}", eve["id"].as_str().unwrap());
    denied(
        &world,
        "helper",
        ("PATCH", &path, Some(json!({ "roles": ["admin"] }))),
        "needs_permission",
    )
    .await;
    denied(
        &world,
        "helper",
        ("PATCH", &path, Some(json!({ "is_staff": true }))),
        "more_than_held",
    )
    .await;
    plain["id"] = json!("another");
    problem(
        &world.change("helper", "PATCH", &path, Some(&plain)).await,
        400,
        "invalid-input",
    );
}

/// Checks that a group with roles accepts neither a member nor a parent from an administrator with
/// fewer permissions.
async fn no_group_gives_more(stack: &Stack) {
    let world = World::new(stack).await;
    let group = world.groups[""].to_string();
    world
        .assign(SubjectKind::Group, &group, "admin", None)
        .await;
    for name in ["alice", "helper"] {
        let path = format!("/api/admin/groups/{group}/members/{}", world.id(name));
        let rule = if name == "helper" {
            "not_to_oneself"
        } else {
            "more_than_held"
        };
        denied(&world, "helper", ("PUT", &path, None), rule).await;
    }
    let mine = json!({ "name": "mine" });
    let mine = ok(
        &world
            .call("helper", "POST", "/api/admin/groups", Some(&mine))
            .await,
        201,
    );
    let path = format!("/api/admin/groups/{}", mine["id"].as_str().unwrap());
    let under = json!({ "parent": group });
    denied(
        &world,
        "helper",
        ("PATCH", &path, Some(under)),
        "more_than_held",
    )
    .await;
}

/// Checks that a client with its own scopes, or its secret, is denied to an administrator with
/// fewer permissions.
async fn client_rejects_scopes_beyond_own_permissions(stack: &Stack) {
    let world = World::new(stack).await;
    let strong = json!({ "name": "Robot", "kind": "confidential", "scope": "tasks:read_all" });
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/clients", Some(strong)),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/clients/service/secret", None),
        "more_than_held",
    )
    .await;
    let wider = json!({ "scope": "tasks:read tasks:delete_all" });
    denied(
        &world,
        "helper",
        ("PATCH", "/api/admin/clients/service", Some(wider)),
        "more_than_held",
    )
    .await;
    // An administrator with partial permissions cannot read more than these allow.
    denied(
        &world,
        "helper",
        ("GET", "/api/admin/audit", None),
        "needs_permission",
    )
    .await;
    denied(
        &world,
        "helper",
        ("GET", "/api/admin/keys", None),
        "needs_permission",
    )
    .await;
    denied(
        &world,
        "alice",
        ("GET", "/api/admin/users", None),
        "needs_permission",
    )
    .await;
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
