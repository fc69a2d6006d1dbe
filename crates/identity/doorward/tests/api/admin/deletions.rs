//! Tests of the deletion of users and clients with more rows than a batch: nothing of them is valid
//! any more when the response arrives, and their rows follow.

use std::time::Duration;

use doorward_store::repo::deletions;
use doorward_testkit::{Page, Stack, UserAgent, both_backends, rows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};
use crate::support::{refresh, sign_in};

both_backends!(
    deleted_user_with_many_grants_ends_at_once,
    deleted_client_with_many_grants_ends_at_once,
);

/// Inserts more grants of alice to the client of the account API than a batch deletes.
async fn fill(stack: &Stack, world: &World<'_>) {
    let (id, alice) = if world.db.is_postgres() {
        ("gen_random_uuid()", format!("'{}'", world.id("alice")))
    } else {
        (
            "randomblob(16)",
            format!("x'{}'", world.id("alice").replace('-', "")),
        )
    };
    let insert = format!(
        "INSERT INTO grants (id, user_id, client_id, session_id, scope, resources, claims, \
         auth_time, acr, amr, created_at, expires_at) \
         WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1200) \
         SELECT {id}, {alice}, '{}', {id}, 'openid', '[]', '{{}}', 1, 'aal1', '[]', 1, 9999999999 \
         FROM s",
        stack.seed.app.id
    );
    rows::execute(&stack.storage().identity, &insert).await;
}

async fn userinfo(stack: &Stack, token: &str) -> u16 {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    agent.send(request.bearer_auth(token)).await.status
}

/// Returns true if an access token of the account API is accepted.
async fn is_accepted(stack: &Stack, token: &str) -> bool {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/api/auth/sessions"));
    let status = agent.send(request.bearer_auth(token)).await.status;
    assert!(matches!(status, 200 | 401), "{status}");
    status == 200
}

/// Deletes the object, and asserts that the tokens of alice for the client are invalid while grants
/// remain.
async fn delete(stack: &Stack, world: &World<'_>, path: &str) {
    let tokens = sign_in(stack, "alice").await;
    fill(stack, world).await;
    assert!(is_accepted(stack, &tokens.access).await);
    let page = world.change("admin", "DELETE", path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(deletions::is_any_pending(world.db.read()).await.unwrap());
    // Cached clients are a second old at most.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(!is_accepted(stack, &tokens.access).await);
    assert_eq!(userinfo(stack, &tokens.access).await, 401);
    let page = refresh(stack, &tokens.refresh).await;
    assert!(matches!(page.status, 400 | 401 | 403), "{}", page.dump());
    let page = world.call("admin", "GET", path, None).await;
    problem(&page, 404, "not-found");
    let page = world.change("admin", "DELETE", path, None).await;
    problem(&page, 404, "not-found");
}

async fn create(world: &World<'_>, path: &str, body: &Value) -> Page {
    world.call("admin", "POST", path, Some(body)).await
}

async fn finish(world: &World<'_>) {
    loop {
        let tx = world.db.begin_write().await.unwrap();
        let progress = deletions::advance(&tx).await.unwrap();
        tx.commit().await.unwrap();
        if progress.is_none() {
            return;
        }
    }
}

async fn deleted_user_with_many_grants_ends_at_once(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("/api/admin/users/{}", world.id("alice"));
    delete(stack, &world, &path).await;
    // Neither the name nor the address is taken.
    let again = json!({ "username": "alice", "email": "alice@example.org" });
    let page = create(&world, "/api/admin/users", &again).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let found = world
        .call("admin", "GET", "/api/admin/users?q=alice", None)
        .await;
    let found = ok(&found, 200);
    let named = found["items"].as_array().unwrap().iter();
    let named = named.filter(|item| item["username"] == "alice");
    assert_eq!(named.count(), 1, "{found}");
    finish(&world).await;
    let page = world.call("admin", "GET", &path, None).await;
    problem(&page, 404, "not-found");
}

async fn deleted_client_with_many_grants_ends_at_once(stack: &Stack) {
    let world = World::new(stack).await;
    let id = &stack.seed.app.id;
    delete(stack, &world, &format!("/api/admin/clients/{id}")).await;
    let list = world
        .call("admin", "GET", "/api/admin/clients?limit=200", None)
        .await;
    let list = ok(&list, 200);
    let mut items = list["items"].as_array().unwrap().iter();
    assert!(!items.any(|item| item["id"] == **id), "{list}");
    // A new client would get the former grants.
    let again = json!({
        "id": id, "name": "Again", "kind": "public", "redirect_uris": ["https://app.example/cb"],
    });
    let page = create(&world, "/api/admin/clients", &again).await;
    if page.status == 201 {
        // The server has deleted the last rows meanwhile.
        return;
    }
    let body = problem(&page, 400, "invalid-input");
    assert!(body.to_string().contains("still being deleted"), "{body}");
    finish(&world).await;
    let page = create(&world, "/api/admin/clients", &again).await;
    assert_eq!(page.status, 201, "{}", page.dump());
}
