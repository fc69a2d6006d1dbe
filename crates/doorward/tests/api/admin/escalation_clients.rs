//! Tests that only an administrator changes first-party clients and clients that may introspect
//! tokens, and that no client ID equals a user ID (RFC 9068 §5).

use doorward_access::clock::Clock as _;
use doorward_domain::model::ClientId;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok, problem};

flows!(
    first_party_client_settings_are_protected,
    client_cannot_become_first_party,
    introspection_right_requires_administrator,
    client_id_cannot_equal_user_id,
    redirect_uris_of_trusted_client_need_administrator,
);

/// Checks that redirect URIs, secret and name of a console with the scope `admin` are protected.
async fn first_party_client_settings_are_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let trusted = format!("/api/admin/clients/{}", stack.seed.trusted.id);
    let mut attempts: Vec<(&str, String, Option<Value>)> = vec![
        ("POST", format!("{trusted}/secret"), None),
        ("DELETE", trusted.clone(), None),
    ];
    for change in [
        json!({ "redirect_uris": ["https://evil.example/cb"] }),
        json!({ "post_logout_redirect_uris": ["https://evil.example/bye"] }),
        json!({ "scope": "openid" }),
        json!({ "first_party": false }),
        json!({ "name": "Mine" }),
    ] {
        attempts.push(("PATCH", trusted.clone(), Some(change)));
    }
    for (method, path, body) in attempts {
        denied(&world, "helper", (method, &path, body), "more_than_held").await;
    }
    // A first-party client is protected as well: it needs no consent.
    let plain = format!("/api/admin/clients/{}", stack.seed.opaque.id);
    let change = Some(json!({ "redirect_uris": ["https://evil.example/cb"] }));
    denied(
        &world,
        "helper",
        ("PATCH", &plain, change),
        "more_than_held",
    )
    .await;
    let moved = json!({ "redirect_uris": ["https://trusted.example/new"] });
    let moved = world.change("admin", "PATCH", &trusted, Some(&moved)).await;
    assert_eq!(
        ok(&moved, 200)["redirect_uris"],
        json!(["https://trusted.example/new"])
    );
}

async fn client_cannot_become_first_party(stack: &Stack) {
    let world = World::new(stack).await;
    let list = "/api/admin/clients";
    let app = |more: Value| {
        let mut body = json!({
            "name": "Mine", "kind": "confidential",
            "redirect_uris": ["https://evil.example/cb"],
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for more in [
        json!({ "first_party": true }),
        json!({ "scope": "openid admin" }),
        json!({ "first_party": true, "scope": "openid admin" }),
    ] {
        let request = ("POST", list, Some(app(more.clone())));
        denied(&world, "helper", request, "more_than_held").await;
        ok(
            &world.call("admin", "POST", list, Some(&app(more))).await,
            201,
        );
    }
    let robot = json!({ "name": "Robot", "kind": "confidential", "scope": "admin" });
    denied(
        &world,
        "helper",
        ("POST", list, Some(robot)),
        "more_than_held",
    )
    .await;
    let own = world
        .call("helper", "POST", list, Some(&app(json!({ "name": "Own" }))))
        .await;
    let own = format!("{list}/{}", ok(&own, 201)["id"].as_str().unwrap());
    for change in [
        json!({ "first_party": true }),
        json!({ "scope": "openid admin" }),
    ] {
        let request = ("PATCH", own.as_str(), Some(change));
        denied(&world, "helper", request, "more_than_held").await;
    }
    let renamed = json!({ "redirect_uris": ["https://mine.example/cb"] });
    ok(
        &world.change("helper", "PATCH", &own, Some(&renamed)).await,
        200,
    );
}

/// Checks that resource servers are protected, because they may introspect tokens (RFC 7662 §2.2).
async fn introspection_right_requires_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    let server = format!("/api/admin/clients/{}", stack.seed.tasks_api.id);
    let secret = format!("{server}/secret");
    denied(&world, "helper", ("POST", &secret, None), "more_than_held").await;
    // A client is the resource server of the resource with its ID as the identifier.
    let named = json!({
        "id": stack.seed.audience, "name": "Tasks", "kind": "confidential",
    });
    let request = ("POST", "/api/admin/clients", Some(named));
    denied(&world, "helper", request, "more_than_held").await;
}

/// Checks that an administrator with fewer permissions cannot change the redirect URIs of a client
/// with consents: the users would not be asked again.
async fn redirect_uris_of_trusted_client_need_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    let app = format!("/api/admin/clients/{}", stack.seed.web.id);
    let read = ok(&world.call("admin", "GET", &app, None).await, 200);
    let own = read["redirect_uris"].as_array().unwrap().clone();
    let with = |uri: &str| {
        let mut uris = own.clone();
        uris.push(json!(uri));
        json!({ "redirect_uris": uris })
    };
    let back = json!({ "redirect_uris": own });
    let elsewhere = with("https://evil.example/cb");
    let change = async |who: &str, body: &Value| {
        ok(&world.change(who, "PATCH", &app, Some(body)).await, 200);
    };
    // No consent exists yet.
    change("helper", &elsewhere).await;
    change("helper", &back).await;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.web);
    request.complete(&agent, "alice").await.code();
    for uri in [
        "https://evil.example/cb",
        "com.evil.app:/cb",
        "http://127.0.0.1/cb",
    ] {
        let request = ("PATCH", app.as_str(), Some(with(uri)));
        denied(&world, "helper", request, "more_than_held").await;
    }
    let place = url::Url::parse(own[0].as_str().unwrap()).unwrap();
    let path = with(place.join("/another/path").unwrap().as_str());
    change("helper", &path).await;
    change("helper", &back).await;
    change("admin", &elsewhere).await;
    // Removing a redirect URI is not a redirect change.
    change("helper", &back).await;
    let tx = world.db.begin_write().await.unwrap();
    let id = ClientId::parse(&stack.seed.web.id).unwrap();
    let now = stack.clock.now();
    assert!(
        repo::consents::revoke(&tx, world.people["alice"], &id, now)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    change("helper", &elsewhere).await;
}

async fn client_id_cannot_equal_user_id(stack: &Stack) {
    let world = World::new(stack).await;
    let id = world.id("alice");
    for name in [
        id.clone(),
        id.to_uppercase(),
        id.replace('-', ""),
        format!("urn:uuid:{id}"),
        "0190f6a0-0000-7000-8000-000000000000".to_owned(),
    ] {
        let body = json!({ "id": name, "name": "Robot", "kind": "confidential" });
        let page = world
            .call("admin", "POST", "/api/admin/clients", Some(&body))
            .await;
        let received = problem(&page, 400, "invalid-input");
        assert_eq!(received["errors"][0]["field"], "id", "{name}: {received}");
    }
}
