//! Tests of `/api/admin/attempts`: filters, pages and the reason of a failed second factor.

use std::time::{Duration, Instant};

use doorward_testkit::{PASSWORD, Stack, both_backends, flows};
use serde_json::{Value, json};

use super::world::{World, ok};
use crate::support::{call, post};

both_backends!(attempts_are_filtered_and_paged,);
flows!(
    invalid_filters_are_named,
    deleted_user_leaves_no_attempts,
    sign_in_of_client_is_one_attempt,
    sign_in_of_other_client_is_one_attempt,
);

/// The time within which attempts are written.
const PATIENCE: Duration = Duration::from_secs(30);

async fn get(world: &World<'_>, path: &str, status: u16) -> Value {
    let request = call(world.stack, "GET", path);
    let page = request.bearer(&world.token("admin").await).send().await;
    ok(&page, status)
}

/// Returns the attempts of a query once there are `count`.
pub(super) async fn listed(world: &World<'_>, query: &str, count: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let found = get(world, &format!("/api/admin/attempts?{query}"), 200).await;
        let items = found["items"].as_array().unwrap().clone();
        if items.len() == count {
            return items;
        }
        assert!(start.elapsed() < PATIENCE, "{query}: {found}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn fail(stack: &Stack, name: &str) -> String {
    let credentials = json!({ "username": name, "password": "wrong" });
    let page = post(stack, "/api/auth/login", credentials).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    page.header("x-request-id")
        .expect("a request id")
        .to_owned()
}

async fn attempts_are_filtered_and_paged(stack: &Stack) {
    let world = World::new(stack).await;
    let request = fail(stack, "alice").await;
    fail(stack, "alice").await;
    fail(stack, "bob").await;
    let query = format!("about={}&outcome=failed", world.id("alice"));
    assert_eq!(listed(&world, &query, 2).await.len(), 2);
    let found = listed(&world, &format!("about={request}"), 1).await;
    let attempt = &found[0];
    assert_eq!(attempt["user"], world.id("alice"), "{attempt}");
    assert_eq!(attempt["step"], "password", "{attempt}");
    assert_eq!(attempt["rule"], "wrong_password", "{attempt}");
    assert_eq!(
        attempt["client_id"],
        doorward_testkit::seed::APP,
        "{attempt}"
    );
    let id = attempt["id"].as_str().unwrap();
    assert_eq!(
        get(&world, &format!("/api/admin/attempts/{id}"), 200).await,
        *attempt
    );

    let path = "/api/admin/attempts?outcome=failed&limit=2";
    listed(&world, "outcome=failed", 3).await;
    let first = get(&world, path, 200).await;
    let cursor = first["next_cursor"].as_str().expect("a next page");
    let next = get(&world, &format!("{path}&cursor={cursor}"), 200).await;
    assert_eq!(next["items"].as_array().unwrap().len(), 1, "{next}");
    assert_eq!(next.get("next_cursor"), None, "{next}");
    listed(&world, "outcome=failed&until=2001-01-01T00:00:00Z", 0).await;
    listed(&world, "outcome=failed&since=2001-01-01T00:00:00Z", 3).await;
}

async fn invalid_filters_are_named(stack: &Stack) {
    let world = World::new(stack).await;
    for (query, field) in [
        ("outcome=lost", "outcome"),
        ("since=yesterday", "since"),
        ("until=1", "until"),
    ] {
        let path = format!("/api/admin/attempts?{query}");
        let problem = ok(&world.call("admin", "GET", &path, None).await, 400);
        assert!(problem["errors"].to_string().contains(field), "{problem}");
    }
    for id in ["unknown", doorward_testkit::addresses::ID] {
        get(&world, &format!("/api/admin/attempts/{id}"), 404).await;
    }
}

async fn deleted_user_leaves_no_attempts(stack: &Stack) {
    let world = World::new(stack).await;
    fail(stack, "carol").await;
    let id = world.id("carol");
    let query = format!("about={id}&outcome=failed");
    listed(&world, &query, 1).await;
    let path = format!("/api/admin/users/{id}");
    ok(&world.call("admin", "GET", &path, None).await, 200);
    let page = world.change("admin", "DELETE", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    listed(&world, &query, 0).await;
}

/// Signs alice in through the first-party client; returns the request ID.
async fn sign_in(stack: &Stack, organization: Option<&str>, status: u16) -> String {
    let credentials = json!({
        "username": "alice", "password": PASSWORD, "organization": organization,
    });
    let page = post(stack, "/api/auth/login", credentials).await;
    assert_eq!(page.status, status, "{}", page.dump());
    page.header("x-request-id").unwrap().to_owned()
}

/// Checks that a right password without tokens is no sign-in: the attempt is listed once, as it ended.
async fn sign_in_of_client_is_one_attempt(stack: &Stack) {
    let world = World::new(stack).await;
    for (organization, status, expected) in [
        (
            Some("nowhere"),
            403,
            ("failed", "first_party", "not_member"),
        ),
        (None, 200, ("succeeded", "password", "completed")),
    ] {
        let request = sign_in(stack, organization, status).await;
        // Attempts are written in the order of their ends.
        let last = fail(stack, "bob").await;
        listed(&world, &format!("about={last}"), 1).await;
        let found = listed(&world, &format!("about={request}"), 1).await;
        let member = |name: &str| found[0][name].as_str().unwrap();
        assert_eq!(
            (member("outcome"), member("step"), member("rule")),
            expected,
            "{found:?}"
        );
        assert_eq!(member("client_id"), doorward_testkit::seed::APP);
    }
}

/// Checks that a client that may not use the account API is listed with the true reason.
async fn sign_in_of_other_client_is_one_attempt(stack: &Stack) {
    let world = World::new(stack).await;
    stack.disable_client("post-app").await;
    for (client, rule) in [
        ("no-such-app", "unknown_client"),
        ("post-app", "client_disabled"),
        ("native-app", "unauthorized_client"),
    ] {
        let credentials = json!({
            "username": "alice", "password": PASSWORD, "client_id": client,
        });
        let page = post(stack, "/api/auth/login", credentials).await;
        assert_eq!(page.status, 403, "{}", page.dump());
        let request = page.header("x-request-id").unwrap().to_owned();
        let found = listed(&world, &format!("about={request}"), 1).await;
        let member = |name: &str| found[0][name].as_str().unwrap();
        assert_eq!(
            (member("outcome"), member("step"), member("rule")),
            ("rejected", "first_party", rule),
            "{found:?}"
        );
        assert_eq!(member("client_id"), client);
    }
}
