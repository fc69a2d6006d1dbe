//! Tests of the calls for scopes and resources, and of the frame that serves operations: targets in the
//! path, versions, repeated members and wrong values.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok, problem};

flows!(
    resource_and_scope_are_registered_changed_and_deleted,
    rejects_wrong_members_of_operation,
);

const RESOURCES: &str = "/api/admin/resources";
const SCOPES: &str = "/api/admin/scopes";
const BILLS: &str = "https://bills.example.org/api";

async fn resource_and_scope_are_registered_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({
        "identifier": BILLS, "name": "Bills", "token_claims": ["roles"], "access_token_ttl": 300,
    });
    let key = [("idempotency-key", "bills")];
    for _ in 0..2 {
        let page = world
            .call_with("admin", "POST", RESOURCES, Some(&new), &key)
            .await;
        let made = ok(&page, 201);
        assert_eq!(
            (&made["token_type"], &made["token_signing_alg"]),
            (&json!("at+jwt"), &json!("RS256"))
        );
        let path = "/api/admin/resources/https%3A%2F%2Fbills.example.org%2Fapi";
        assert_eq!(page.header("location"), Some(path));
    }
    let path = format!("{RESOURCES}/https%3A%2F%2Fbills.example.org%2Fapi");
    let change = json!({ "token_signing_alg": "ES256", "token_claims": [] });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    assert_eq!(
        (&changed["token_signing_alg"], &changed["token_claims"]),
        (&json!("ES256"), &json!([]))
    );

    let new = json!({ "name": "bills:read", "description": "See your bills", "resource": BILLS });
    ok(&world.call("admin", "POST", SCOPES, Some(&new)).await, 201);
    let shown = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(shown["scopes"], json!(["bills:read"]));
    let listed = ok(
        &world
            .call("admin", "GET", &format!("{SCOPES}?limit=1"), None)
            .await,
        200,
    );
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert!(listed["next_cursor"].is_string());
    let used = world.change("admin", "DELETE", &path, None).await;
    let used = problem(&used, 400, "invalid-input");
    assert_eq!(used["errors"][0]["field"], "identifier");
    let scope = format!("{SCOPES}/bills:read");
    let gone = world.change("admin", "DELETE", &scope, None).await;
    assert_eq!(gone.status, 204, "{}", gone.dump());
    let gone = world.change("admin", "DELETE", &path, None).await;
    assert_eq!(gone.status, 204, "{}", gone.dump());
}

async fn rejects_wrong_members_of_operation(stack: &Stack) {
    let world = World::new(stack).await;
    for (body, pointer, code) in [
        (json!({ "name": "Bills" }), "/identifier", "required"),
        (
            json!({ "identifier": BILLS, "name": "B", "colour": 1 }),
            "/colour",
            "unknown",
        ),
        (
            json!({ "identifier": BILLS, "name": 1 }),
            "/name",
            "wrong_type",
        ),
        (
            json!({ "identifier": BILLS, "name": "B", "token_type": "JOSE" }),
            "/token_type",
            "invalid",
        ),
        (
            json!({ "identifier": BILLS, "name": "B", "token_claims": ["x"] }),
            "/token_claims",
            "invalid",
        ),
    ] {
        let page = world.call("admin", "POST", RESOURCES, Some(&body)).await;
        let errors = problem(&page, 400, "invalid-input")["errors"].clone();
        assert_eq!(
            (&errors[0]["pointer"], &errors[0]["code"]),
            (&json!(pointer), &json!(code)),
            "{errors}"
        );
    }
    let path = "/api/admin/roles/helper";
    let other = json!({ "name": "admin", "description": "x" });
    let page = world.change("admin", "PATCH", path, Some(&other)).await;
    assert_eq!(
        problem(&page, 400, "invalid-input")["errors"][0]["code"],
        "differs"
    );
    let same = json!({ "name": "helper", "description": "x" });
    ok(
        &world.change("admin", "PATCH", path, Some(&same)).await,
        200,
    );
    let page = world.call("admin", "PATCH", path, Some(&same)).await;
    problem(&page, 428, "version-required");
    let page = world
        .call("admin", "GET", "/api/admin/roles?colour=1", None)
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
}
