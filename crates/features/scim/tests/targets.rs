//! Tests of `/api/admin/scim-targets`.

use std::time::Duration;

use doorward_testkit::{Backend, Stack, flows_with};
use serde_json::{Value, json};

use super::scim_source::Source;
use super::world::{World, ok};

flows_with!(ALLOW_LOOPBACK;
    target_is_created_changed_and_deleted,
    malformed_target_is_rejected,
    only_administrators_manage_targets,
    users_are_provisioned_changed_and_disabled,
);

/// The application is on this machine.
const ALLOW_LOOPBACK: &[(&str, &str)] = &[
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__OUTGOING__THIRD_PARTY_NETWORKS", "127.0.0.0/8"),
];

const TARGETS: &str = "/api/admin/scim-targets";

async fn target_is_created_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let client = stack.seed.trusted.id.clone();
    let body = json!({
        "client": client, "url": "https://app.example.com/scim/v2/", "token": "secret",
        "users": "organization:acme", "groups": true, "paused": true,
    });
    let page = world.call("admin", "POST", TARGETS, Some(&body)).await;
    let target = ok(&page, 201);
    assert_eq!(target["url"], "https://app.example.com/scim/v2");
    assert_eq!(target["full_due"], true);
    assert!(!target.to_string().contains("secret"), "{target}");
    let page = world.call("admin", "POST", TARGETS, Some(&body)).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let path = format!("{TARGETS}/{client}");
    let body = json!({ "users": "all", "token": "other", "groups": false });
    let page = world.call("admin", "PATCH", &path, Some(&body)).await;
    let target = ok(&page, 200);
    assert_eq!(
        (&target["users"], &target["groups"]),
        (&json!("all"), &json!(false))
    );
    let page = world.call("admin", "GET", TARGETS, None).await;
    assert_eq!(ok(&page, 200)["items"].as_array().map(Vec::len), Some(1));
    let page = world.call("admin", "DELETE", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(world.call("admin", "GET", &path, None).await.status, 404);
    for change in ["created", "changed", "deleted"] {
        let is_recorded = world
            .has_event("scim_target.changed", "admin", change)
            .await;
        assert!(is_recorded, "{change}");
    }
}

async fn malformed_target_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let client = stack.seed.trusted.id.clone();
    let good = json!({ "client": client, "url": "https://app.example.com/scim", "token": "t" });
    for (member, value, status) in [
        ("client", "none", 404),
        ("url", "ftp://app.example.com", 400),
        ("url", "https://app.example.com/scim?x=1", 400),
        ("token", "", 400),
        ("token", "a\nb", 400),
        ("users", "group:a", 400),
        ("users", "role:none", 404),
        ("users", "organization:none", 404),
    ] {
        let mut body = good.clone();
        body[member] = json!(value);
        let page = world.call("admin", "POST", TARGETS, Some(&body)).await;
        assert_eq!(page.status, status, "{body} {}", page.dump());
    }
}

async fn only_administrators_manage_targets(stack: &Stack) {
    let world = World::new(stack).await;
    for who in ["helper", "mona@acme"] {
        let page = world.call(who, "GET", TARGETS, None).await;
        assert_eq!(page.status, 403, "{}", page.dump());
    }
}

/// Waits until a condition holds.
async fn wait_until(holds: impl AsyncFn() -> bool) {
    for _ in 0..150 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it does not hold after thirty seconds");
}

/// Waits until a member of the target has another value than this, and returns the target.
async fn wait_for(world: &World<'_>, path: &str, member: &str, before: &Value) -> Value {
    let read = async || ok(&world.call("admin", "GET", path, None).await, 200);
    wait_until(async || {
        let target = read().await;
        assert_eq!(target.get("last_error"), None, "{target}");
        target.get(member).unwrap_or(&Value::Null) != before
    })
    .await;
    read().await
}

/// The second deployment is the application.
async fn users_are_provisioned_changed_and_disabled(stack: &Stack) {
    let app = Stack::start(Backend::SqliteMemory).await;
    let (world, there) = (World::new(stack).await, World::new(&app).await);
    let source = Source::new(&there, "doorward", None).await;
    source.create("stranger").await;
    let client = stack.seed.trusted.id.clone();
    let body = json!({
        "client": client, "url": app.at("/scim/v2"), "token": source.token, "groups": true,
    });
    ok(
        &world.call("admin", "POST", TARGETS, Some(&body)).await,
        201,
    );
    let path = format!("{TARGETS}/{client}");
    let run = wait_for(&world, &path, "full_at", &Value::Null).await;
    let report = &run["last_run"];
    assert_eq!(report["problems"], json!([]), "{run}");
    assert!(report["users"].as_u64() > Some(3), "{run}");
    // The users with the same names there are now these, and the others stay as they are.
    assert!(report["unknown"].as_u64() > Some(0), "{run}");
    let alice = format!("externalId eq \"{}\"", world.id("alice"));
    assert_eq!(source.count("/Users", &alice).await, 1);
    assert_eq!(
        source.count("/Users", "externalId eq \"x-stranger\"").await,
        1
    );
    let group = format!("externalId eq \"{}\"", world.groups[""]);
    assert_eq!(source.count("/Groups", &group).await, 1);

    let first = run["full_at"].clone();
    stack.clock.advance(61);
    let page = world.call("admin", "PATCH", &path, Some(&json!({}))).await;
    ok(&page, 200);
    let again = wait_for(&world, &path, "full_at", &first).await;
    for number in [
        "created",
        "changed",
        "deactivated",
        "groups_created",
        "groups_changed",
    ] {
        assert_eq!(again["last_run"][number], 0, "{number} {again}");
    }

    let user = format!("/api/admin/users/{}", world.id("alice"));
    let body = json!({ "last_name": "Provisioned" });
    ok(
        &world.change("admin", "PATCH", &user, Some(&body)).await,
        200,
    );
    let changed = format!("{alice} and name.familyName eq \"Provisioned\"");
    wait_until(async || source.count("/Users", &changed).await == 1).await;

    let page = world
        .change(
            "admin",
            "POST",
            &format!("{user}/disable"),
            Some(&json!({})),
        )
        .await;
    assert!(page.status < 300, "{}", page.dump());
    let disabled = format!("{alice} and active eq false");
    wait_until(async || source.count("/Users", &disabled).await == 1).await;
}
