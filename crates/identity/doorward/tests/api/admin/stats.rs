//! Tests of `/api/admin/stats`: exact numbers, filters and pages.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use doorward_testkit::{Stack, both_backends, seed};
use serde_json::{Value, json};

use super::world::{World, ok};
use crate::support::{post, sign_in};

both_backends!(
    sign_ins_and_failures_are_counted_exactly,
    two_replicas_count_once,
    counts_are_filtered_and_paged,
    invalid_filters_of_stats_are_named,
);

/// The time within which attempts and numbers of tokens are written.
const PATIENCE: Duration = Duration::from_secs(30);
const PATH: &str = "/api/admin/stats";

type Sums = BTreeMap<String, i64>;

async fn get(world: &World<'_>, query: &str, status: u16) -> Value {
    let path = format!("{PATH}?{query}");
    ok(&world.call("admin", "GET", &path, None).await, status)
}

/// Returns the sum of each kind.
async fn sums(world: &World<'_>, query: &str) -> Sums {
    let query = format!("{query}&limit=200");
    let found = get(world, query.trim_start_matches('&'), 200).await;
    let mut sums = Sums::new();
    for item in found["items"].as_array().unwrap() {
        let kind = item["kind"].as_str().unwrap().to_owned();
        *sums.entry(kind).or_default() += item["count"].as_i64().unwrap();
    }
    sums
}

/// Returns the numbers of the deployment that the linked events have.
async fn linked(world: &World<'_>) -> [i64; 3] {
    // The first request signs the administrator in.
    sums(world, "").await;
    world.stack.seal_audit().await;
    let sums = sums(world, "").await;
    let kinds = ["sign_in", "sign_in_failed", "active_user"];
    kinds.map(|kind| sums.get(kind).copied().unwrap_or_default())
}

async fn fail(stack: &Stack, name: &str) {
    let credentials = json!({ "username": name, "password": "wrong" });
    let page = post(stack, "/api/auth/login", credentials).await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

async fn sign_ins_and_failures_are_counted_exactly(stack: &Stack) {
    let world = World::new(stack).await;
    let before = linked(&world).await;
    for name in ["alice", "alice", "bob"] {
        sign_in(stack, name).await;
    }
    for name in ["alice", "nobody"] {
        fail(stack, name).await;
    }
    let after = linked(&world).await;
    let difference: Vec<i64> = after.iter().zip(before).map(|(a, b)| a - b).collect();
    assert_eq!(difference, [3, 2, 2]);
    // The next batches count nothing again.
    assert_eq!(linked(&world).await, after);

    // The numbers of the client are written with its attempts.
    let query = format!("client_id={}", seed::APP);
    let expected = [("sign_in", 3), ("sign_in_failed", 2), ("token_issued", 3)];
    let expected: Sums = expected.map(|(kind, n)| (kind.to_owned(), n)).into();
    let start = Instant::now();
    loop {
        let found = sums(&world, &query).await;
        if found == expected {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let found = get(&world, &query, 200).await;
    assert_eq!(found["items"][0]["client_id"], seed::APP, "{found}");
}

async fn two_replicas_count_once(stack: &Stack) {
    let world = World::new(stack).await;
    let replica = stack.replica();
    let before = linked(&world).await;
    for _ in 0..5 {
        sign_in(stack, "alice").await;
    }
    // The servers link events at the same time.
    futures_util::future::join_all((0..4).map(|_| stack.seal_audit())).await;
    let after = linked(&world).await;
    assert_eq!(after[0] - before[0], 5, "{}", replica.origin);
    assert_eq!(after[2] - before[2], 1);
}

async fn counts_are_filtered_and_paged(stack: &Stack) {
    let world = World::new(stack).await;
    sign_in(stack, "alice").await;
    fail(stack, "alice").await;
    linked(&world).await;
    let found = sums(&world, "kind=sign_in_failed").await;
    assert_eq!(found, Sums::from([("sign_in_failed".to_owned(), 1)]));
    for query in ["to=2001-01-01T00:00:00Z", "from=2101-01-01T00:00:00Z"] {
        assert!(sums(&world, query).await.is_empty(), "{query}");
    }
    assert!(!sums(&world, "from=2001-01-01T00:00:00Z").await.is_empty());
    let first = get(&world, "limit=1", 200).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    assert_eq!(first["items"][0].get("client_id"), None, "{first}");
    let cursor = first["next_cursor"].as_str().expect("a next page");
    let next = get(&world, &format!("limit=1&cursor={cursor}"), 200).await;
    assert_ne!(first["items"][0]["kind"], next["items"][0]["kind"]);
}

async fn invalid_filters_of_stats_are_named(stack: &Stack) {
    let world = World::new(stack).await;
    for (query, field) in [
        ("kind=lost", "kind"),
        ("from=yesterday", "from"),
        ("to=1", "to"),
    ] {
        let problem = get(&world, query, 400).await;
        assert!(problem["errors"].to_string().contains(field), "{problem}");
    }
}
