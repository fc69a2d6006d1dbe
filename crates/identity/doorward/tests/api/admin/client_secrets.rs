//! Tests of two secrets of a client: the current one, and a former one until it ends.

use doorward_access::clock::Clock as _;
use doorward_testkit::{Stack, TestClient, flows};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::world::{World, ok, problem};

flows!(
    old_secret_is_accepted_until_its_end,
    former_secret_is_ended_before_its_time,
    immediate_rotation_ends_every_secret,
    overlap_is_validated,
    last_use_of_each_secret_is_recorded_hourly,
);

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
const FIELDS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

fn path(stack: &Stack) -> String {
    format!("/api/admin/clients/{}/secret", stack.seed.service.id)
}

/// Returns the time `seconds` from now (RFC 3339).
fn later(stack: &Stack, seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(stack.clock.now() + seconds).unwrap();
    at.format(&Rfc3339).unwrap()
}

/// Rotates the secret of the service, and returns the service with the new one.
async fn rotate(world: &World<'_>, keep_old: Option<i64>) -> TestClient {
    let stack = world.stack;
    let body = keep_old.map(|seconds| json!({ "keep_old_until": later(stack, seconds) }));
    let path = path(stack);
    let page = world.change("admin", "POST", &path, body.as_ref()).await;
    let secret = ok(&page, 200)["client_secret"].clone();
    stack.clear_caches();
    TestClient {
        secret: secret.as_str().map(str::to_owned),
        ..stack.seed.service.clone()
    }
}

async fn statuses<const N: usize>(stack: &Stack, clients: [&TestClient; N]) -> [u16; N] {
    let mut statuses = [0; N];
    for (status, client) in statuses.iter_mut().zip(clients) {
        *status = stack.token(client, &FIELDS).await.status;
    }
    statuses
}

async fn state(world: &World<'_>) -> Value {
    let path = path(world.stack);
    ok(&world.call("admin", "GET", &path, None).await, 200)
}

async fn old_secret_is_accepted_until_its_end(stack: &Stack) {
    let world = World::new(stack).await;
    let old = &stack.seed.service;
    assert!(state(&world).await.get("former").is_none());
    let new = rotate(&world, Some(7 * DAY)).await;
    let end = later(stack, 7 * DAY);
    assert_eq!(statuses(stack, [old, &new]).await, [200, 200]);
    let found = state(&world).await;
    assert_eq!(found["former"]["ends_at"], json!(end));
    assert!(found["current"]["created_at"].is_string(), "{found}");
    assert!(found["current"].get("ends_at").is_none(), "{found}");
    let text = found.to_string();
    assert!(!text.contains(new.secret.as_deref().unwrap()), "{text}");
    assert!(
        world
            .has_event("client.changed", "admin", "secret rotated")
            .await
    );
    stack.clock.advance(7 * DAY);
    assert_eq!(statuses(stack, [old, &new]).await, [401, 200]);
}

async fn former_secret_is_ended_before_its_time(stack: &Stack) {
    let world = World::new(stack).await;
    let old = &stack.seed.service;
    let new = rotate(&world, Some(DAY)).await;
    let former = format!("{}/former", path(stack));
    let ended = world.change("admin", "DELETE", &former, None).await;
    assert_eq!(ended.status, 204, "{}", ended.dump());
    stack.clear_caches();
    assert_eq!(statuses(stack, [old, &new]).await, [401, 200]);
    assert!(state(&world).await.get("former").is_none());
    let change = "former secret ended";
    assert!(world.has_event("client.changed", "admin", change).await);
    let again = world.change("admin", "DELETE", &former, None).await;
    problem(&again, 409, "already-done");
}

async fn immediate_rotation_ends_every_secret(stack: &Stack) {
    let world = World::new(stack).await;
    let old = &stack.seed.service;
    let second = rotate(&world, Some(DAY)).await;
    let third = rotate(&world, None).await;
    let found = statuses(stack, [old, &second, &third]).await;
    assert_eq!(found, [401, 401, 200]);
}

async fn overlap_is_validated(stack: &Stack) {
    let world = World::new(stack).await;
    let path = path(stack);
    let rejected = async |until: String| {
        let body = json!({ "keep_old_until": until });
        let page = world.change("admin", "POST", &path, Some(&body)).await;
        let error = problem(&page, 400, "invalid-input");
        assert!(error.to_string().contains("keep_old_until"), "{error}");
    };
    rejected("soon".to_owned()).await;
    rejected(later(stack, -1)).await;
    rejected(later(stack, 91 * DAY)).await;
    assert_eq!(statuses(stack, [&stack.seed.service]).await, [200]);
    rotate(&world, Some(DAY)).await;
    // At most two.
    rejected(later(stack, DAY)).await;
}

async fn last_use_of_each_secret_is_recorded_hourly(stack: &Stack) {
    let world = World::new(stack).await;
    let old = &stack.seed.service;
    let used = async |which: &str| {
        stack.write_secret_uses().await;
        state(&world).await[which]["last_used_at"].clone()
    };
    assert_eq!(statuses(stack, [old]).await, [200]);
    let first = json!(later(stack, 0));
    assert_eq!(used("current").await, first);
    let current = state(&world).await["current"].clone();
    assert_eq!(current["last_used_from"], "127.0.0.1");
    assert_eq!(current["uses"], 1);
    stack.clock.advance(HOUR - 1);
    world.forget_tokens();
    assert_eq!(statuses(stack, [old]).await, [200]);
    assert_eq!(used("current").await, first, "within the hour");
    // The use moves with the secret.
    let new = rotate(&world, Some(DAY)).await;
    assert_eq!(used("former").await, first);
    assert_eq!(used("current").await, Value::Null);
    stack.clock.advance(1);
    assert_eq!(statuses(stack, [old]).await, [200]);
    assert_eq!(used("former").await, json!(later(stack, 0)));
    assert_eq!(statuses(stack, [&new]).await, [200]);
    assert_eq!(used("current").await, json!(later(stack, 0)));
    // A rejected secret is no use.
    stack.clock.advance(HOUR);
    world.forget_tokens();
    let wrong = TestClient {
        secret: Some("wrong".to_owned()),
        ..old.clone()
    };
    let before = used("current").await;
    assert_eq!(statuses(stack, [&wrong]).await, [401]);
    assert_eq!(used("current").await, before);
}
