//! Tests that the API manages all settings of a client, and that the audit log contains the
//! previous values.

use doorward_domain::model::{ClientId, ClientKind, MetadataDocument};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    client_is_read_whole_and_audit_shows_previous_values,
    client_has_keys_and_request_requirements,
    only_administrator_allows_token_exchange,
    audit_shows_previous_values_of_user,
    document_client_can_only_be_disabled,
    client_registers_signed_authorization_responses,
    client_chooses_signature_algorithms,
    client_has_exactly_one_certificate_name,
    client_is_registered_for_authorization_details_types,
);

async fn change(world: &World<'_>, subject: &str) -> (Value, Value) {
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let event = events
        .iter()
        .find(|event| {
            event.subject.as_deref() == Some(subject) && event.detail.contains_key("before")
        })
        .unwrap();
    let side = |name: &str| event.detail[name].clone();
    (side("before"), side("after"))
}

async fn client_is_read_whole_and_audit_shows_previous_values(stack: &Stack) {
    let world = World::new(stack).await;
    let said = json!({
        "auth_method": "client_secret_post",
        "assertion_audience": "issuer",
        "pkce": "optional",
        "serves": [stack.seed.audience],
        "access_token_format": "opaque",
        "access_token_ttl": 1_200,
        "id_token_ttl": 600,
        "allowed_origins": ["https://spa.example"],
        "require_mfa": true,
        "redirect_uris": ["https://spa.example/cb"],
        "frontchannel_logout_uri": "https://spa.example/frame",
        "frontchannel_logout_session_required": true,
        "scope": "openid email phone",
        "consent": {
            "optional_scope": "email phone",
            "lifetime": 86_400,
            "publisher": "Example Ltd",
            "policy_uri": "https://spa.example/privacy#short",
            "tos_uri": "https://spa.example/terms",
        },
    });
    let mut new = said.clone();
    new["id"] = json!("robot");
    new["name"] = json!("Robot");
    new["kind"] = json!("confidential");
    let list = "/api/admin/clients";
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    let path = format!("{list}/robot");
    let read = ok(&world.call("admin", "GET", &path, None).await, 200);
    for (name, value) in said.as_object().unwrap() {
        assert_eq!(&created[name], value, "{created}");
        assert_eq!(&read[name], value, "{read}");
    }
    let other = json!({
        "auth_method": "client_secret",
        "assertion_audience": "issuer_or_endpoint",
        "pkce": "auto",
        "serves": [],
        "access_token_format": "jwt",
        "access_token_ttl": 600,
        "id_token_ttl": 3_600,
        "allowed_origins": [],
        "require_mfa": false,
        "redirect_uris": ["https://other.example/cb"],
        "frontchannel_logout_uri": "https://other.example/frame",
        "frontchannel_logout_session_required": false,
        "scope": "openid phone",
        "consent": { "optional_scope": "phone" },
    });
    let mut less = other.clone();
    less["consent"] = json!({
        "optional_scope": "phone", "lifetime": 0, "publisher": "", "policy_uri": " ", "tos_uri": "",
    });
    let changed = world.change("admin", "PATCH", &path, Some(&less)).await;
    let changed = ok(&changed, 200);
    for (name, value) in other.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{changed}");
    }
    let (mut before, mut after) = change(&world, "robot").await;
    for (logged, requested) in [(&mut before, said), (&mut after, other)] {
        // The audit event contains the stored values.
        logged["consent"] = requested["consent"].clone();
        logged["scope"] = logged["scopes"].take();
        logged.as_object_mut().unwrap().remove("scopes");
        assert_eq!(*logged, requested);
    }
    refuses_what_no_app_may_be(&world, &path).await;
}

async fn refuses_what_no_app_may_be(world: &World<'_>, path: &str) {
    for (name, value) in [
        ("auth_method", json!("none")),
        ("auth_method", json!("magic")),
        ("pkce", json!("never")),
        ("access_token_ttl", json!(3_601)),
        ("id_token_ttl", json!(-1)),
        ("assertion_audience", json!("anything")),
        ("serves", json!(["https://unknown.example/api"])),
        ("access_token_format", json!("saml")),
        (
            "frontchannel_logout_uri",
            json!("https://elsewhere.example/frame"),
        ),
        ("allowed_origins", json!(["https://spa.example/path"])),
        ("consent", json!({ "optional_scope": "openid" })),
        ("consent", json!({ "optional_scope": "tasks:read" })),
        ("consent", json!({ "lifetime": 1800 })),
        ("consent", json!({ "lifetime": -1 })),
        ("consent", json!({ "publisher": "x".repeat(101) })),
        ("consent", json!({ "publisher": "a\nb" })),
        (
            "consent",
            json!({ "policy_uri": "http://spa.example/privacy" }),
        ),
        (
            "consent",
            json!({ "policy_uri": "https://a@spa.example/privacy" }),
        ),
        ("consent", json!({ "tos_uri": "javascript:alert(1)" })),
        ("consent", json!({ "logo": "https://spa.example/logo.png" })),
    ] {
        let wrong = json!({ name: value });
        let page = world.change("admin", "PATCH", path, Some(&wrong)).await;
        problem(&page, 400, "invalid-input");
    }
}

/// Stores a client as a fetched client metadata document creates it.
async fn publish(stack: &Stack, world: &World<'_>, id: &str) {
    let like = ClientId::parse(&stack.seed.web.id).unwrap();
    let like = repo::clients::find(world.db.read(), &like).await.unwrap();
    let mut client = like.unwrap();
    client.id = ClientId::parse(id).unwrap();
    client.kind = ClientKind::Public;
    client.auth_method = ClientAuthMethod::None.into();
    client.secret_hash = None;
    client.document = Some(MetadataDocument {
        fetched_at: client.created_at,
        fresh_until: client.created_at + 300,
    });
    let tx = world.db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    tx.commit().await.unwrap();
}

async fn document_client_can_only_be_disabled(stack: &Stack) {
    let world = World::new(stack).await;
    let id = "https://app.example/oauth/client.json";
    publish(stack, &world, id).await;
    let path = "/api/admin/clients/https%3A%2F%2Fapp.example%2Foauth%2Fclient.json";
    let read = ok(&world.call("admin", "GET", path, None).await, 200);
    assert_eq!(read["id"], json!(id));
    assert!(read["document_fetched_at"].is_string(), "{read}");
    let list = ok(
        &world
            .call("admin", "GET", "/api/admin/clients?limit=200", None)
            .await,
        200,
    );
    let listed = list["items"].as_array();
    let ids: Vec<_> = listed
        .unwrap()
        .iter()
        .map(|listed| listed["id"].clone())
        .collect();
    assert!(ids.contains(&json!(id)), "{list}");
    for wrong in [
        json!({ "name": "Other" }),
        json!({ "redirect_uris": ["https://evil.example/cb"] }),
        json!({ "first_party": true, "disabled": false }),
    ] {
        let page = world.change("admin", "PATCH", path, Some(&wrong)).await;
        problem(&page, 400, "invalid-input");
    }
    let secret = format!("{path}/secret");
    let page = world.change("admin", "POST", &secret, None).await;
    assert!((400..500).contains(&page.status), "{}", page.dump());
    for off in [true, false] {
        let body = json!({ "disabled": off });
        let changed = world.change("admin", "PATCH", path, Some(&body)).await;
        assert_eq!(ok(&changed, 200)["disabled"], json!(off));
    }
    let removed = world.change("admin", "DELETE", path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
}

async fn client_registers_signed_authorization_responses(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({
        "id": "signed", "name": "Signed", "kind": "public",
        "redirect_uris": ["https://app.example/cb"],
        "authorization_signed_response_alg": "RS256",
    });
    let list = "/api/admin/clients";
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    assert_eq!(created["authorization_signed_response_alg"], "RS256");
    let path = format!("{list}/signed");
    for wrong in ["none", "HS256", "RS512"] {
        let body = json!({ "authorization_signed_response_alg": wrong });
        let page = world.change("admin", "PATCH", &path, Some(&body)).await;
        problem(&page, 400, "invalid-input");
    }
    let body = json!({ "authorization_signed_response_alg": "" });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    assert_eq!(
        changed.get("authorization_signed_response_alg"),
        None,
        "{changed}"
    );
}

async fn client_chooses_signature_algorithms(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({
        "id": "algorithms", "name": "Algorithms", "kind": "public",
        "redirect_uris": ["https://app.example/cb"], "userinfo_signed_response_alg": "ES256",
    });
    let list = "/api/admin/clients";
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    assert_eq!(created["id_token_signed_response_alg"], "RS256");
    assert_eq!(created["userinfo_signed_response_alg"], "ES256");
    assert_eq!(created.get("introspection_signed_response_alg"), None);
    let path = format!("{list}/algorithms");
    for name in ["id_token", "userinfo", "authorization", "introspection"] {
        let member = format!("{name}_signed_response_alg");
        let change = async |alg: &str| {
            let body = json!({ member.as_str(): alg });
            world.change("admin", "PATCH", &path, Some(&body)).await
        };
        for alg in ["PS256", "EdDSA"] {
            assert_eq!(ok(&change(alg).await, 200)[&member], alg);
        }
        for wrong in ["none", "HS256", "ES512", "es256"] {
            let refused = problem(&change(wrong).await, 400, "invalid-input");
            assert_eq!(refused["errors"][0]["pointer"], format!("/{member}"));
        }
        if name == "id_token" {
            problem(&change("").await, 400, "invalid-input");
        } else {
            assert_eq!(ok(&change("").await, 200).get(&member), None);
        }
    }
}

async fn client_has_keys_and_request_requirements(stack: &Stack) {
    let world = World::new(stack).await;
    // The key of RFC 8037 appendix A.
    let keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "one",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] });
    let new = json!({
        "id": "signer", "name": "Signer", "kind": "confidential",
        "auth_method": "private_key_jwt", "jwks": keys,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "dpop_bound_access_tokens": true,
    });
    let list = "/api/admin/clients";
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    assert_eq!(created["jwks"], keys, "{created}");
    assert!(created.get("client_secret").is_none(), "{created}");
    assert_eq!(created["require_pushed_authorization_requests"], true);
    assert_eq!(created["require_signed_request_object"], true);
    assert_eq!(created["dpop_bound_access_tokens"], true);
    let path = format!("{list}/signer");
    let other = json!({
        "jwks_uri": "https://app.example.org/jwks",
        "require_pushed_authorization_requests": false,
        "require_signed_request_object": false,
        "dpop_bound_access_tokens": false,
    });
    let changed = world.change("admin", "PATCH", &path, Some(&other)).await;
    let changed = ok(&changed, 200);
    assert_eq!(changed["jwks_uri"], other["jwks_uri"], "{changed}");
    assert!(changed.get("jwks").is_none(), "{changed}");
    assert_eq!(changed["require_pushed_authorization_requests"], false);
    assert_eq!(changed["dpop_bound_access_tokens"], false);
    let (before, after) = change(&world, "signer").await;
    assert!(before["jwks_sha256"].is_string(), "{before}");
    assert_eq!(after["jwks_sha256"], Value::Null);
    assert_eq!(after["jwks_uri"], other["jwks_uri"]);
    // The authentication method uses no secret, so the client gets none.
    let secret = format!("{path}/secret");
    let page = world.change("admin", "POST", &secret, None).await;
    problem(&page, 400, "invalid-input");
    assert!(
        page.dump().contains("private_key_jwt has no secret"),
        "{}",
        page.dump()
    );
    for (name, value) in [
        ("jwks", json!({})),
        ("jwks", json!({ "keys": [] })),
        ("jwks_uri", json!("http://app.example.org/jwks")),
        ("jwks_uri", json!("https://app.example.org/#jwks")),
    ] {
        let wrong = json!({ name: value });
        let page = world.change("admin", "PATCH", &path, Some(&wrong)).await;
        problem(&page, 400, "invalid-input");
    }
}

async fn only_administrator_allows_token_exchange(stack: &Stack) {
    let world = World::new(stack).await;
    let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    let new = json!({
        "id": "gateway", "name": "Gateway", "kind": "confidential", "grant_types": [grant],
        "exchange_audiences": [stack.seed.audience],
    });
    let list = "/api/admin/clients";
    // An administrator with the permission to write clients only.
    let page = world.call("helper", "POST", list, Some(&new)).await;
    problem(&page, 403, "permission-denied");
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    assert_eq!(created["exchange_audiences"], new["exchange_audiences"]);
    assert_eq!(created["exchange_impersonation"], false);
    let path = format!("{list}/gateway");
    let other = json!({ "exchange_impersonation": true });
    let changed = world.change("admin", "PATCH", &path, Some(&other)).await;
    assert_eq!(ok(&changed, 200)["exchange_impersonation"], true);
    let (before, after) = change(&world, "gateway").await;
    assert_eq!(
        (
            &before["exchange_impersonation"],
            &after["exchange_impersonation"]
        ),
        (&json!(false), &json!(true))
    );
    for wrong in [
        json!({ "exchange_audiences": [] }),
        json!({ "exchange_audiences": ["https://unknown.example"] }),
        json!({ "grant_types": ["client_credentials"] }),
    ] {
        let page = world.change("admin", "PATCH", &path, Some(&wrong)).await;
        problem(&page, 400, "invalid-input");
    }
}

async fn audit_shows_previous_values_of_user(stack: &Stack) {
    let world = World::new(stack).await;
    let id = world.id("carol");
    let path = format!("/api/admin/users/{id}");
    let new = json!({ "email": "new@example.org", "username": "carla" });
    ok(
        &world.change("admin", "PATCH", &path, Some(&new)).await,
        200,
    );
    let (before, after) = change(&world, &id).await;
    assert_eq!(before["email"], "carol@example.org");
    assert_eq!(after["email"], "new@example.org");
    assert_eq!(
        (&before["username"], &after["username"]),
        (&json!("carol"), &json!("carla"))
    );
}

/// Checks that a client has exactly one of the five certificate names, and only with
/// `tls_client_auth` (RFC 8705 §2.1.2).
async fn client_has_exactly_one_certificate_name(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/clients";
    let new = json!({
        "id": "billing", "name": "Billing", "kind": "confidential",
        "auth_method": "tls_client_auth", "grant_types": ["client_credentials"],
        "scope": "tasks:read",
        "tls_client_auth_subject_dn": "CN=billing,O=Example,C=NL",
        "tls_client_certificate_bound_access_tokens": true,
    });
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    let path = format!("{list}/billing");
    assert_eq!(
        created["tls_client_auth_subject_dn"],
        new["tls_client_auth_subject_dn"]
    );
    assert_eq!(created["tls_client_certificate_bound_access_tokens"], true);
    // The client authenticates without a secret.
    assert_eq!(created.get("client_secret"), None);
    for (member, value) in [
        ("tls_client_auth_san_dns", "billing.example.org"),
        ("tls_client_auth_san_uri", "spiffe://example.org/billing"),
        ("tls_client_auth_san_ip", "192.0.2.7"),
        ("tls_client_auth_san_email", "billing@example.org"),
        ("tls_client_auth_subject_dn", "CN=billing,C=NL"),
    ] {
        let body = json!({ member: value });
        let changed = ok(
            &world.change("admin", "PATCH", &path, Some(&body)).await,
            200,
        );
        let named: Vec<_> = changed
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| name.starts_with("tls_client_auth_"))
            .collect();
        // The new name replaces the previous one.
        assert_eq!(named, [member], "{changed}");
        assert_eq!(changed[member], value);
    }
    for wrong in [
        json!({"tls_client_auth_san_dns": "a.example", "tls_client_auth_san_ip": "192.0.2.7"}),
        json!({"tls_client_auth_san_ip": "billing"}),
        json!({"tls_client_auth_subject_dn": "billing"}),
        json!({"tls_client_auth_san_uri": "billing"}),
    ] {
        let answer = world.change("admin", "PATCH", &path, Some(&wrong)).await;
        assert!(
            (400..=422).contains(&answer.status),
            "{wrong}: {}",
            answer.dump()
        );
    }
    // Another authentication method removes the name.
    let secret = json!({"auth_method": "client_secret_basic"});
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&secret)).await,
        200,
    );
    assert_eq!(changed.get("tls_client_auth_subject_dn"), None, "{changed}");
}

/// Checks that a client is registered for authorization details types (RFC 9396 §10).
async fn client_is_registered_for_authorization_details_types(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/clients";
    let new = json!({
        "id": "shop", "name": "Shop", "kind": "confidential",
        "redirect_uris": ["https://shop.example/cb"],
        "authorization_details_types": ["payment", "folders"],
    });
    let created = ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    let types = "authorization_details_types";
    assert_eq!(created[types], json!(["payment", "folders"]));
    let path = format!("{list}/shop");
    let body = json!({ types: ["folders"] });
    let changed = ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    assert_eq!(changed[types], json!(["folders"]));
    let (before, after) = change(&world, "shop").await;
    assert_eq!(before[types], json!(["payment", "folders"]));
    assert_eq!(after[types], json!(["folders"]));
    let kept = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(kept[types], json!(["folders"]));
}
