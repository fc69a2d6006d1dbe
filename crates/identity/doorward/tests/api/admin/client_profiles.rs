//! Tests that the API sets and pins the settings of client profiles, and manages `request_uris`.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use super::world::{World, ok, problem};

flows!(
    client_profile_sets_and_pins_settings,
    client_has_request_uris,
);

async fn client_profile_sets_and_pins_settings(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/clients";
    // The key of RFC 8037 appendix A.
    let new = json!({
        "id": "bank", "name": "Bank", "kind": "confidential", "profile": "fapi2-message-signing",
        "redirect_uris": ["https://app.example/cb"],
        "jwks": { "keys": [{
            "kty": "OKP", "crv": "Ed25519", "kid": "one",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }] },
    });
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    for (name, value) in [
        ("profile", json!("fapi2-message-signing")),
        ("auth_method", json!("private_key_jwt")),
        ("assertion_audience", json!("issuer")),
        ("pkce", json!("required")),
        ("dpop_bound_access_tokens", json!(true)),
        ("require_pushed_authorization_requests", json!(true)),
        ("require_signed_request_object", json!(true)),
    ] {
        assert_eq!(created[name], value, "{name}");
    }
    assert!(created.get("client_secret").is_none(), "{created}");
    let path = format!("{list}/bank");
    rejects_contradictions(&world, &path).await;
    let mut wrong = new.clone();
    wrong["id"] = json!("other");
    wrong["pkce"] = json!("auto");
    let page = world.call("admin", "POST", list, Some(&wrong)).await;
    let body = problem(&page, 400, "invalid-input").to_string();
    assert!(body.contains("section 5.3.2.2 (5)"), "{body}");
    let none = json!({ "profile": "none", "pkce": "auto" });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&none)).await,
        200,
    );
    assert_eq!(
        (&changed["profile"], &changed["pkce"]),
        (&json!("none"), &json!("auto"))
    );
    assert_eq!(changed["require_signed_request_object"], true);
}

async fn rejects_contradictions(world: &World<'_>, path: &str) {
    for (name, value, section) in [
        ("auth_method", json!("client_secret"), "section 5.3.2.1 (6)"),
        (
            "assertion_audience",
            json!("issuer_or_endpoint"),
            "section 5.3.2.1 (8)",
        ),
        (
            "dpop_bound_access_tokens",
            json!(false),
            "section 5.3.2.1 (4)",
        ),
        (
            "require_pushed_authorization_requests",
            json!(false),
            "section 5.3.2.2 (3)",
        ),
        (
            "request_uris",
            json!(["https://app.example/r"]),
            "section 5.3.2.2 (3)",
        ),
        ("pkce", json!("optional"), "section 5.3.2.2 (5)"),
        (
            "require_signed_request_object",
            json!(false),
            "section 5.3.1 (1)",
        ),
        ("profile", json!("fapi1"), "fapi2-message-signing"),
    ] {
        let page = world
            .change("admin", "PATCH", path, Some(&json!({ name: value })))
            .await;
        let body = problem(&page, 400, "invalid-input").to_string();
        assert!(
            body.contains(section) && body.contains(&format!("/{name}")),
            "{body}"
        );
    }
}

async fn client_has_request_uris(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/clients";
    let uris = json!(["https://app.example/a", "https://app.example/b?c"]);
    let new = json!({
        "id": "signer", "name": "Signer", "kind": "confidential",
        "redirect_uris": ["https://app.example/cb"], "request_uris": uris,
    });
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    assert_eq!(created["request_uris"], uris);
    assert_eq!(created["profile"], "none");
    let path = format!("{list}/signer");
    for wrong in ["http://app.example/r", "https://app.example/r#x", "urn:x:y"] {
        let body = json!({ "request_uris": ["https://app.example/a", wrong] });
        let page = world.change("admin", "PATCH", &path, Some(&body)).await;
        let body = problem(&page, 400, "invalid-input").to_string();
        assert!(body.contains("/request_uris/1"), "{body}");
    }
    let body = json!({ "request_uris": [] });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    assert_eq!(changed["request_uris"], json!([]));
}
