//! Tests of `/api/admin/scim-targets`.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(
    target_is_created_changed_and_deleted,
    malformed_target_is_rejected,
    only_administrators_manage_targets,
);

const TARGETS: &str = "/api/admin/scim-targets";

async fn target_is_created_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let client = stack.seed.trusted.id.to_string();
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
    let client = stack.seed.trusted.id.to_string();
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
