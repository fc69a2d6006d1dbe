//! Tests that only an administrator writes identity providers, because these authenticate users and
//! give roles (decision 36).

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok};

flows!(providers_write_alone_changes_no_provider);

const ACME: &str = "/api/admin/providers/acme";
const CLERK: &[&str] = &["providers:read", "providers:write"];

fn spec(more: &Value) -> Value {
    let mut body = json!({ "issuer": "https://login.acme.example", "client_id": "doorward" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// Checks that `providers:write` alone allows no change of an identity provider.
async fn providers_write_alone_changes_no_provider(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "clerk", CLERK).await;
    let attacks = [
        json!({ "roles": { "everybody": "admin" } }),
        json!({ "trusts_email": true, "links_by_email": true }),
        json!({ "trusts_mfa": true }),
        json!({}),
        json!({ "disabled": true }),
    ];
    let put = async |more: &Value| {
        let request = ("PUT", ACME, Some(spec(more)));
        denied(&world, "carol", request, "more_than_held").await;
    };
    for attack in &attacks {
        put(attack).await;
    }
    // Nor may an existing identity provider be changed, disabled or removed.
    let plain = spec(&json!({}));
    ok(&world.call("admin", "PUT", ACME, Some(&plain)).await, 201);
    for attack in &attacks {
        put(attack).await;
    }
    denied(&world, "carol", ("DELETE", ACME, None), "more_than_held").await;
    ok(&world.call("carol", "GET", ACME, None).await, 200);
}
