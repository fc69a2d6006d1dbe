//! Tests of `/api/admin/scim-sources`.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(
    source_is_created_renewed_and_deleted,
    malformed_source_is_rejected,
    only_administrators_manage_sources,
);

const SOURCES: &str = "/api/admin/scim-sources";

async fn source_is_created_renewed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "name": "entra", "organization": "acme" });
    let page = world.call("admin", "POST", SOURCES, Some(&body)).await;
    let source = ok(&page, 201);
    assert_eq!(source["organization"], "acme");
    let token = source["token"].as_str().unwrap();
    assert_eq!(token.len(), 43);
    let page = world.call("admin", "POST", SOURCES, Some(&body)).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    let page = world
        .call("admin", "GET", "/api/admin/scim-sources/entra", None)
        .await;
    assert_eq!(ok(&page, 200).get("token"), None);
    let users = "/scim/v2/Users?count=0";
    assert_eq!(world.call_as(token, "GET", users, None).await.status, 200);
    let renew = "/api/admin/scim-sources/entra/token";
    let page = world.call("admin", "POST", renew, Some(&json!({}))).await;
    let renewed = ok(&page, 200)["token"].as_str().unwrap().to_owned();
    assert_eq!(world.call_as(token, "GET", users, None).await.status, 401);
    assert_eq!(
        world.call_as(&renewed, "GET", users, None).await.status,
        200
    );
    let page = world.call("admin", "GET", SOURCES, None).await;
    let items = ok(&page, 200)["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(1));
    assert!(items[0]["used_at"].is_string(), "{items}");
    let path = "/api/admin/scim-sources/entra";
    let page = world.call("admin", "DELETE", path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(
        world.call_as(&renewed, "GET", users, None).await.status,
        401
    );
    for change in ["created", "token renewed", "deleted"] {
        let is_recorded = world
            .has_event("scim_source.changed", "admin", change)
            .await;
        assert!(is_recorded, "{change}");
    }
}

async fn malformed_source_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    for (body, status) in [
        (json!({ "name": "E" }), 400),
        (json!({ "name": "entra", "organization": "none" }), 404),
        (
            json!({ "name": "entra", "organization": "acme", "verified": true }),
            400,
        ),
        (
            json!({ "name": "entra", "expires_at": "2020-01-01T00:00:00Z" }),
            400,
        ),
    ] {
        let page = world.call("admin", "POST", SOURCES, Some(&body)).await;
        assert_eq!(page.status, status, "{body} {}", page.dump());
    }
}

async fn only_administrators_manage_sources(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "name": "entra" });
    for who in ["helper", "mona@acme"] {
        let page = world.call(who, "POST", SOURCES, Some(&body)).await;
        assert_eq!(page.status, 403, "{}", page.dump());
        let page = world.call(who, "GET", SOURCES, None).await;
        assert_eq!(page.status, 403, "{}", page.dump());
    }
}
