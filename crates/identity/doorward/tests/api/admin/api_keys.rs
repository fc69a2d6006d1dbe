//! Tests that an administrator lists and revokes the API keys of users.

use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok, problem};
use crate::support::{Tokens, body, post, post_as, sign_in};

flows!(
    key_is_seen_and_ended,
    key_of_more_powerful_user_is_not_revoked,
    leaving_organization_ends_organization_keys
);

const LIST: &str = "/api/admin/api-keys";

/// Creates an API key of this user; returns its ID and the key.
pub async fn key(stack: &Stack, who: &str) -> (String, String) {
    let tokens = sign_in(stack, who).await;
    let wish = json!({ "name": "CI", "scopes": ["tasks:read"] });
    let created = post_as(stack, &tokens.access, "/api/auth/api-keys", wish).await;
    let created = body(&created, 201);
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

async fn is_good(stack: &Stack, key: &str) -> bool {
    let fields = [("token", key), ("client_address", "127.0.0.1")];
    let server = &stack.seed.tasks_api;
    let page = stack.as_client("/oauth2/introspect", server, &fields).await;
    ok(&page, 200)["active"] == json!(true)
}

async fn key_is_seen_and_ended(stack: &Stack) {
    let world = World::new(stack).await;
    let (id, text) = key(stack, "alice").await;
    key(stack, "alice").await;
    key(stack, "bob").await;
    assert!(is_good(stack, &text).await);
    let list = format!("{LIST}?user={}", world.id("alice"));
    let shown = ok(&world.call("helper", "GET", &list, None).await, 200);
    let items = shown["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|one| one["user"] == world.id("alice")));
    assert!(!shown.to_string().contains(&text), "{shown}");
    let path = format!("{LIST}/{id}");
    let removed = world.call("admin", "DELETE", &path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert!(!is_good(stack, &text).await);
    let again = world.call("admin", "DELETE", &path, None).await;
    problem(&again, 404, "not-found");
    let left = ok(&world.call("admin", "GET", &list, None).await, 200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let event = events
        .iter()
        .find(|event| event.kind.as_str() == "api_key.revoked")
        .unwrap();
    assert_eq!(event.actor.as_deref(), Some(world.id("admin").as_str()));
    assert_eq!(event.subject.as_deref(), Some(&*format!("dw_{id}")));
    assert_eq!(event.detail["user"], world.id("alice"));
    let no_keys: Vec<Value> = Vec::new();
    let unknown = format!("{LIST}?user=0190f6a0-0000-7000-8000-000000000000");
    problem(
        &world.call("admin", "GET", &unknown, None).await,
        404,
        "not-found",
    );
    let none = format!("{LIST}?user={}", world.id("carol"));
    let none = ok(&world.call("admin", "GET", &none, None).await, 200);
    assert_eq!(none["items"], json!(no_keys));
}

async fn key_of_more_powerful_user_is_not_revoked(stack: &Stack) {
    let world = World::new(stack).await;
    let (id, text) = key(stack, "admin").await;
    let path = format!("{LIST}/{id}");
    denied(&world, "helper", ("DELETE", &path, None), "more_powerful").await;
    denied(&world, "alice", ("DELETE", &path, None), "needs_permission").await;
    assert!(is_good(stack, &text).await);
}

/// Checks that leaving an organization ends its keys, and that a new membership does not restore
/// them.
async fn leaving_organization_ends_organization_keys(stack: &Stack) {
    let world = World::new(stack).await;
    let (_, everywhere) = key(stack, "alice").await;
    let proof = json!({ "username": "alice", "password": PASSWORD, "organization": "acme" });
    let tokens = Tokens::of(&post(stack, "/api/auth/login", proof).await);
    let wish = json!({ "name": "CI", "scopes": ["tasks:read"] });
    let created = post_as(stack, &tokens.access, "/api/auth/api-keys", wish).await;
    let created = body(&created, 201);
    assert_eq!(created["organization"], "acme");
    let text = created["key"].as_str().unwrap();
    assert!(is_good(stack, text).await);
    let list = format!("{LIST}?user={}", world.id("alice"));
    let shown = ok(&world.call("admin", "GET", &list, None).await, 200);
    let shown = shown["items"].as_array().unwrap().clone();
    let of_acme = shown.iter().filter(|item| item["organization"] == "acme");
    assert_eq!((shown.len(), of_acme.count()), (2, 1));
    let path = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    let removed = world.change("mona@acme", "DELETE", &path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert!(!is_good(stack, text).await);
    let member = json!({ "owner": false });
    let back = world.change("admin", "PUT", &path, Some(&member)).await;
    assert!(matches!(back.status, 200 | 201), "{}", back.dump());
    assert!(!is_good(stack, text).await);
    assert!(is_good(stack, &everywhere).await);
}
