//! Changes that wait for a second administrator.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Page, Stack, flows_with};
use serde_json::{Value, json};

use super::super::world::{World, ok, problem};
use super::{exported, with};

flows_with!(
    MARKED;
    plan_waits_for_second_administrator,
    approval_ends_with_rights_of_its_administrator,
);
flows_with!(
    BY_HAND;
    change_by_hand_waits_for_second_administrator,
    approval_by_hand_ends_with_rights_of_its_administrator,
);

const MARKED: &[(&str, &str)] = &[
    ("DOORWARD__APPROVAL__ROLES", "true"),
    ("DOORWARD__APPROVAL__PROVIDERS", "true"),
    ("DOORWARD__APPROVAL__DELETIONS", "1"),
];
const BY_HAND: &[(&str, &str)] = &[
    ("DOORWARD__APPROVAL__ROLES", "true"),
    ("DOORWARD__APPROVAL__BY_HAND", "true"),
];

/// Returns a deployment with the administrators `admin` and `helper`.
async fn with_two_administrators(stack: &Stack) -> World<'_> {
    let world = World::new(stack).await;
    world
        .assign(SubjectKind::User, &world.id("helper"), "admin", None)
        .await;
    world
}

async fn apply(world: &World<'_>, objects: &Value) -> Value {
    let body = json!({ "objects": objects });
    let page = world
        .call("admin", "POST", "/api/admin/apply", Some(&body))
        .await;
    ok(&page, 200)
}

async fn decide(world: &World<'_>, who: &str, id: &str, decision: &str) -> u16 {
    let path = format!("/api/admin/approvals/{id}/{decision}");
    world.call(who, "POST", &path, None).await.status
}

async fn state(world: &World<'_>, id: &str) -> Value {
    let path = format!("/api/admin/approvals/{id}");
    ok(&world.call("admin", "GET", &path, None).await, 200)["state"].clone()
}

/// Returns the state of a request in the list.
async fn listed(world: &World<'_>, id: &str) -> Value {
    let page = world
        .call("admin", "GET", "/api/admin/approvals", None)
        .await;
    let list = ok(&page, 200);
    let mut items = list["items"].as_array().unwrap().iter();
    items.find(|one| one["id"] == id).unwrap()["state"].clone()
}

async fn plan_waits_for_second_administrator(stack: &Stack) {
    let world = with_two_administrators(stack).await;
    let before = exported(&world, "roles").await;
    let plain = with(before.clone(), "roles", json!({ "name": "plain" }));
    assert_eq!(apply(&world, &plain).await["applied"], true);

    let role = json!({ "name": "clerks", "permissions": ["users:write"] });
    let wanted = with(plain.clone(), "roles", role);
    let body = json!({ "objects": wanted });
    let page = world
        .call("admin", "POST", "/api/admin/plan", Some(&body))
        .await;
    assert_eq!(ok(&page, 200)["marks"], json!(["roles"]));
    let done = apply(&world, &wanted).await;
    assert_eq!(done["applied"], false, "{done}");
    let id = done["waiting"].as_str().unwrap().to_owned();
    assert_eq!(apply(&world, &wanted).await["waiting"], id.as_str());
    assert_eq!(decide(&world, "admin", &id, "approve").await, 400);
    assert_eq!(decide(&world, "alice", &id, "approve").await, 403);
    assert_eq!(state(&world, &id).await, "waiting");
    assert_eq!(decide(&world, "helper", &id, "approve").await, 200);
    assert_eq!(decide(&world, "helper", &id, "reject").await, 409);
    // Another administrator has no approval.
    let body = json!({ "objects": wanted });
    let page = world
        .call("helper", "POST", "/api/admin/apply", Some(&body))
        .await;
    assert_eq!(ok(&page, 200)["applied"], false);
    assert_eq!(apply(&world, &wanted).await["applied"], true);
    assert_eq!(state(&world, &id).await, "made");

    // The approval was for one state.
    let others = wanted["roles"].as_array().unwrap().iter();
    let others = others.filter(|role| role["name"] != "clerks" && role["name"] != "plain");
    let fewer = json!({ "roles": others.collect::<Vec<_>>() });
    let id = apply(&world, &fewer).await["waiting"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(decide(&world, "helper", &id, "approve").await, 200);
    let change = json!({ "description": "Changed" });
    let page = world
        .change("admin", "PATCH", "/api/admin/roles/plain", Some(&change))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let done = apply(&world, &fewer).await;
    assert_ne!(done["waiting"], id.as_str(), "{done}");
    assert_eq!(done["marks"], json!(["roles", "deletions"]));
    let id = done["waiting"].as_str().unwrap();
    assert_eq!(decide(&world, "helper", id, "reject").await, 200);
    assert_eq!(apply(&world, &fewer).await["applied"], false);
    assert!(
        world
            .has_event("system.changed", "helper", "approval refused")
            .await
    );
}

/// Takes the right to approve away.
async fn take_rights(world: &World<'_>, name: &str) {
    let query = format!("user={}&role=admin", world.id(name));
    let path = format!("/api/admin/role-assignments?{query}");
    let page = world.change("admin", "DELETE", &path, None).await;
    assert!(page.status < 300, "{}", page.dump());
}

async fn approval_ends_with_rights_of_its_administrator(stack: &Stack) {
    let world = with_two_administrators(stack).await;
    let role = json!({ "name": "clerks", "permissions": ["users:write"] });
    let wanted = with(exported(&world, "roles").await, "roles", role);
    let id = apply(&world, &wanted).await["waiting"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(decide(&world, "helper", id, "approve").await, 200);
    assert_eq!(state(&world, id).await, "approved");
    take_rights(&world, "helper").await;
    assert_eq!(state(&world, id).await, "waiting");
    assert_eq!(listed(&world, id).await, "waiting");
    let done = apply(&world, &wanted).await;
    assert_eq!(done["applied"], false, "{done}");
    assert_eq!(done["waiting"], id, "{done}");
    assert_eq!(decide(&world, "helper", id, "approve").await, 403);
    assert_eq!(decide(&world, "admin", id, "approve").await, 400);

    let other = world.id("alice");
    world.assign(SubjectKind::User, &other, "admin", None).await;
    assert_eq!(decide(&world, "alice", id, "approve").await, 200);
    // An administrator who is disabled has no right either.
    let path = format!("/api/admin/users/{other}");
    for (disabled, expected) in [(true, "waiting"), (false, "approved")] {
        let change = json!({ "disabled": disabled });
        let page = world.change("admin", "PATCH", &path, Some(&change)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(state(&world, id).await, expected);
    }
    assert_eq!(apply(&world, &wanted).await["applied"], true);
    assert_eq!(state(&world, id).await, "made");
}

async fn approval_by_hand_ends_with_rights_of_its_administrator(stack: &Stack) {
    let world = with_two_administrators(stack).await;
    let change = json!({ "description": "Helps" });
    let patch = async || {
        let path = "/api/admin/roles/helper";
        world.change("admin", "PATCH", path, Some(&change)).await
    };
    let id = waiting(&patch().await);
    assert_eq!(decide(&world, "helper", &id, "approve").await, 200);
    take_rights(&world, "helper").await;
    assert_eq!(waiting(&patch().await), id);
    assert_eq!(state(&world, &id).await, "waiting");
    let other = world.id("alice");
    world.assign(SubjectKind::User, &other, "admin", None).await;
    assert_eq!(decide(&world, "alice", &id, "approve").await, 200);
    assert_eq!(patch().await.status, 200);
}

/// Returns the request for which a change waits.
#[track_caller]
fn waiting(page: &Page) -> String {
    let waiting = problem(page, 409, "approval-needed");
    let id = waiting["detail"].as_str().unwrap().rsplit(' ').next();
    id.unwrap().trim_end_matches(')').to_owned()
}

async fn change_by_hand_waits_for_second_administrator(stack: &Stack) {
    let world = with_two_administrators(stack).await;
    let path = "/api/admin/roles/helper";
    let change = json!({ "description": "Helps" });
    let patch = async |change: &Value| world.change("admin", "PATCH", path, Some(change)).await;
    let page = patch(&change).await;
    let id = waiting(&page);
    assert_eq!(patch(&change).await.status, 409);
    assert_eq!(decide(&world, "helper", &id, "approve").await, 200);
    let other = json!({ "description": "Rules" });
    problem(&patch(&other).await, 409, "approval-needed");
    assert_eq!(patch(&change).await.status, 200);
    assert_eq!(state(&world, &id).await, "made");
    assert_eq!(patch(&other).await.status, 409);
    // A role without administration, and a revocation, need no approval.
    let role = json!({ "name": "plain" });
    let page = world
        .call("admin", "POST", "/api/admin/roles", Some(&role))
        .await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let query = format!("user={}&role=helper", world.id("helper"));
    let page = world
        .change(
            "admin",
            "DELETE",
            &format!("/api/admin/role-assignments?{query}"),
            None,
        )
        .await;
    assert!(page.status < 300, "{}", page.dump());
    let given = json!({ "user": world.id("alice"), "role": "helper" });
    let page = world
        .call("admin", "POST", "/api/admin/role-assignments", Some(&given))
        .await;
    problem(&page, 409, "approval-needed");
}
