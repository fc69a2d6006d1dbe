//! Tests of managing custom claims by the API.

use doorward_testkit::{Stack, flows, jwt};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    claim_is_created_replaced_listed_and_removed,
    invalid_claim_is_reported_by_field,
);

const TIER: &str = "/api/admin/claims/tier";

fn spec() -> Value {
    json!({
        "claim": "tier",
        "source": { "kind": "constant", "value": "gold" },
        "outputs": ["access_token", "id_token"],
    })
}

/// Returns the access token's claim `tier` of a new sign-in.
async fn tier(world: &World<'_>) -> Value {
    world.forget_token("alice");
    let token = world.token_with("alice", "openid").await;
    jwt::claims(&token)["tier"].clone()
}

async fn claim_is_created_replaced_listed_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let put = async |body: &Value| world.call("admin", "PUT", TIER, Some(body)).await;
    let made = ok(&put(&spec()).await, 201);
    assert_eq!(made["id"], "tier");
    assert_eq!(made["source"], spec()["source"]);
    assert_eq!(made["outputs"], json!(["access_token", "id_token"]));
    assert!(made.get("client_id").is_none() && made.get("scope").is_none());
    assert_eq!(tier(&world).await, "gold");
    let mut changed = spec();
    changed["source"] = json!({
        "kind": "role", "otherwise": "none",
        "values": [{ "when": "developer", "value": ["a", "b"] }],
    });
    let kept = ok(&put(&changed).await, 200);
    assert_eq!(kept["created_at"], made["created_at"]);
    assert_eq!(kept["source"], changed["source"]);
    assert_eq!(tier(&world).await, json!(["a", "b"]));
    let shown = ok(&world.call("admin", "GET", TIER, None).await, 200);
    assert_eq!(shown, kept);
    let own = json!({
        "claim": "tier", "client_id": stack.seed.trusted.id, "scope": "profile",
        "source": { "kind": "organization_name" }, "outputs": ["userinfo"],
    });
    assert!(made.get("path").is_none(), "{made}");
    let nested = json!({
        "claim": "realm_access", "path": ["roles"], "scope": "profile",
        "source": { "kind": "groups", "below": "/teams", "format": "path", "strip": true, "prefix": "t:" },
        "outputs": ["introspection"],
    });
    let inner = "/api/admin/claims/nested";
    let stored = ok(&world.call("admin", "PUT", inner, Some(&nested)).await, 201);
    for (name, value) in nested.as_object().unwrap() {
        assert_eq!(&stored[name], value, "{stored}");
    }
    let removed = world.call("admin", "DELETE", inner, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    let path = "/api/admin/claims/of-client";
    let made = ok(&world.call("admin", "PUT", path, Some(&own)).await, 201);
    assert_eq!(made["client_id"], stack.seed.trusted.id.as_str());
    assert_eq!(made["scope"], "profile");
    // The list has pages.
    let page = world
        .call("admin", "GET", "/api/admin/claims?limit=1", None)
        .await;
    let first = ok(&page, 200);
    assert_eq!(first["items"][0]["id"], "of-client");
    let cursor = first["next_cursor"].as_str().expect("a next page");
    let next = format!("/api/admin/claims?limit=1&cursor={cursor}");
    let second = ok(&world.call("admin", "GET", &next, None).await, 200);
    assert_eq!(second["items"][0]["id"], "tier");
    assert!(second.get("next_cursor").is_none());
    for path in [path, TIER] {
        let removed = world.call("admin", "DELETE", path, None).await;
        assert_eq!(removed.status, 204, "{}", removed.dump());
        let again = world.call("admin", "DELETE", path, None).await;
        assert_eq!(again.status, 404, "{}", again.dump());
    }
    assert_eq!(tier(&world).await, Value::Null);
    // Every change is in the audit log.
    let events = stack.audit_events().await;
    let of_claims = events
        .iter()
        .filter(|one| one.kind.as_str() == "claim.changed");
    let changes: Vec<_> = of_claims.map(|one| &one.detail["change"]).collect();
    assert_eq!(changes.len(), 7, "{changes:?}");
}

async fn invalid_claim_is_reported_by_field(stack: &Stack) {
    let world = World::new(stack).await;
    let cases = [
        ("claim", json!({ "claim": "sub" })),
        ("claim", json!({ "claim": "two words" })),
        ("client_id", json!({ "client_id": "unknown" })),
        ("scope", json!({ "scope": "unknown" })),
        ("outputs", json!({ "outputs": [] })),
        (
            "source",
            json!({ "source": { "kind": "constant", "value": null } }),
        ),
        (
            "source",
            json!({ "source": { "kind": "role", "values": [{ "when": "unknown", "value": 1 }] } }),
        ),
        (
            "source",
            json!({ "source": { "kind": "group", "values": [] } }),
        ),
        ("path", json!({ "path": ["a", ""] })),
        (
            "source",
            json!({ "source": { "kind": "roles", "strip": true } }),
        ),
        ("scope", json!({ "source": { "kind": "roles" } })),
    ];
    for (field, change) in cases {
        let mut body = spec();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let page = world.call("admin", "PUT", TIER, Some(&body)).await;
        let told = problem(&page, 400, "invalid-input");
        assert_eq!(told["errors"][0]["field"], field, "{change}: {told}");
    }
    let page = world
        .call("admin", "PUT", "/api/admin/claims/Tier", Some(&spec()))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    // Another mapping of the same claim.
    ok(&world.call("admin", "PUT", TIER, Some(&spec())).await, 201);
    let path = "/api/admin/claims/other";
    let page = world.call("admin", "PUT", path, Some(&spec())).await;
    let told = problem(&page, 400, "invalid-input");
    assert_eq!(told["errors"][0]["field"], "claim", "{told}");
}
