//! Tests of `/api/admin/saml`.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok};

flows!(
    client_is_created_and_changed,
    malformed_client_is_rejected,
    metadata_of_server_is_printed,
);

const CLIENTS: &str = "/api/admin/saml/clients";
const WIKI: &str = "/api/admin/saml/clients/wiki";

async fn client_is_created_and_changed(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({
        "name": "Wiki", "id": "wiki", "entity_id": "https://sp.example.com", "acs": ["https://sp.example.com/acs"],
        "attribute_names": "basic",
    });
    let page = world.call("admin", "POST", CLIENTS, Some(&body)).await;
    let client = ok(&page, 201);
    assert_eq!(client["attribute_names"], "basic");
    assert_eq!(client["name_id_format"], "persistent");
    let issuer = stack.issuer();
    assert_eq!(client["idp_sso_url"], format!("{issuer}/saml/sso"));
    let page = world.call("admin", "GET", WIKI, None).await;
    assert_eq!(ok(&page, 200), client);
    let tag = page.header("etag").unwrap().to_owned();
    stack.clock.advance(1);
    let change = json!({ "signed": "both", "acs": ["https://sp.example.com/new"] });
    let fields = [("if-match", tag.as_str())];
    let page = world
        .call_with("admin", "PATCH", WIKI, Some(&change), &fields)
        .await;
    let changed = ok(&page, 200);
    assert_eq!(changed["acs"], json!(["https://sp.example.com/new"]));
    assert_eq!(changed["signed"], "both");
    assert_eq!(changed["attribute_names"], "basic");
    let page = world
        .call_with("admin", "PATCH", WIKI, Some(&change), &fields)
        .await;
    assert_eq!(page.status, 412, "{}", page.dump());
    let page = world
        .call("admin", "GET", "/api/admin/clients/wiki", None)
        .await;
    let found = ok(&page, 200);
    assert_eq!(found["kind"], "saml");
    assert_eq!(found["redirect_uris"], changed["acs"]);
    assert!(world.has_event("client.changed", "admin", "created").await);
    let page = world.change("alice", "PATCH", WIKI, Some(&change)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}

async fn malformed_client_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    for (change, field) in [
        (json!({ "entity_id": "" }), "entity_id"),
        (json!({ "entity_id": "a b" }), "entity_id"),
        (json!({ "acs": [] }), "acs"),
        (json!({ "acs": ["https://*.example.com/acs"] }), "acs"),
        (json!({ "acs": ["ftp://sp.example.com"] }), "acs"),
        (json!({ "logout_url": "x" }), "logout_url"),
        (json!({ "signing_certificate": "x" }), "signing_certificate"),
        (json!({ "signed_requests": true }), "signing_certificate"),
        (json!({ "encrypted": true }), "encryption_certificate"),
        (json!({ "metadata": "<x/>" }), "metadata"),
        (json!({ "signed": "none" }), "signed"),
    ] {
        let mut body = json!({
            "name": "Wiki", "entity_id": "https://sp.example.com", "acs": ["https://sp.example.com/acs"],
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let page = world.call("admin", "POST", CLIENTS, Some(&body)).await;
        assert!(
            (400..500).contains(&page.status),
            "{field}: {}",
            page.dump()
        );
        assert!(page.text().contains(field), "{field}: {}", page.dump());
    }
    let body = json!({ "name": "X", "kind": "saml" });
    let page = world
        .call("admin", "POST", "/api/admin/clients", Some(&body))
        .await;
    assert!((400..500).contains(&page.status), "{}", page.dump());
}

async fn metadata_of_server_is_printed(stack: &Stack) {
    let world = World::new(stack).await;
    let page = world
        .call("admin", "GET", "/api/admin/saml/metadata", None)
        .await;
    let printed = ok(&page, 200);
    let served = doorward_testkit::UserAgent::new()
        .get(stack.at("/saml/metadata"))
        .await;
    assert_eq!(printed["metadata"], served.text());
    assert_eq!(
        printed["entity_id"],
        format!("{}/saml/metadata", stack.issuer())
    );
}
