//! Tests that an administrator creates, lists and revokes initial access tokens (RFC 7591 §3).

use doorward_access::clock::Clock as _;
use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows_with, rows};
use serde_json::json;

use super::escalation::denied;
use super::world::{World, ok, problem};

const BY_TOKEN: &[(&str, &str)] = &[("DOORWARD__CLIENT_REGISTRATION__MODE", "token")];
flows_with!(
    BY_TOKEN;
    token_is_created_used_listed_and_revoked,
    repeated_request_has_token_again,
    rejects_invalid_registration_tokens,
    token_ends_with_permission_of_its_author,
    token_of_former_administrator_is_rejected,
);

const PATH: &str = "/api/admin/client-registration-tokens";

async fn register(stack: &Stack, token: &str) -> doorward_testkit::Page {
    let wish = json!({ "redirect_uris": ["https://app.example/cb"] });
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at("/oauth2/register"));
    agent.send(request.bearer_auth(token).json(&wish)).await
}

async fn token_is_created_used_listed_and_revoked(stack: &Stack) {
    let world = World::new(stack).await;
    let wish = json!({ "note": "The CI of the shop", "uses": 3 });
    let created = ok(&world.call("admin", "POST", PATH, Some(&wish)).await, 201);
    let token = created["token"].as_str().unwrap();
    assert!(token.len() >= 43);
    let dump = format!("{:?}", rows::dump(&stack.storage().identity).await);
    assert!(!dump.contains(token));
    let page = register(stack, token).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let client = page.json()["client_id"].as_str().unwrap().to_owned();
    let listed = ok(&world.call("admin", "GET", PATH, None).await, 200);
    let one = &listed["items"][0];
    assert_eq!(one["uses_left"], 2);
    assert_eq!(one["note"], "The CI of the shop");
    assert_eq!(one["created_by"], world.id("admin"));
    assert_eq!(one.get("token"), None);
    // The client shows its kind of registration.
    let path = format!("/api/admin/clients/{client}");
    let shown = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(shown["registered_by"], "token");
    assert_eq!(shown["first_party"], false);
    let path = "/api/admin/clients/post-app";
    let shown = ok(&world.call("admin", "GET", path, None).await, 200);
    assert_eq!(shown["registered_by"], "administrator");
    let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
    let removed = world.call("admin", "DELETE", &path, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
    assert_eq!(register(stack, token).await.status, 401);
    problem(
        &world.call("admin", "DELETE", &path, None).await,
        404,
        "not-found",
    );
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let of_tokens = events
        .iter()
        .filter(|event| event.kind.as_str() == "registration_token.changed");
    let changes: Vec<_> = of_tokens
        .map(|event| event.detail["change"].clone())
        .collect();
    assert_eq!(changes.len(), 2);
    assert!(changes.contains(&json!("created")) && changes.contains(&json!("revoked")));
}

async fn repeated_request_has_token_again(stack: &Stack) {
    let world = World::new(stack).await;
    let (wish, key) = (json!({ "note": "CI" }), [("idempotency-key", "ci-1")]);
    let create = async || {
        let created = world.call_with("admin", "POST", PATH, Some(&wish), &key);
        ok(&created.await, 201)
    };
    let first = create().await;
    assert!(first["token"].is_string(), "{first}");
    assert_eq!(create().await, first);
    let path = format!("{PATH}/{}", first["id"].as_str().unwrap());
    let shown = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(shown["note"], "CI");
    assert_eq!(shown.get("token"), None);
}

async fn rejects_invalid_registration_tokens(stack: &Stack) {
    let world = World::new(stack).await;
    for wish in [
        json!({ "note": "" }),
        json!({ "note": "x", "uses": 0 }),
        json!({ "note": "x", "uses": 10_001 }),
        json!({ "note": "x", "expires_at": "2001-01-01T00:00:00Z" }),
        json!({ "note": "x", "expires_at": "2999-01-01T00:00:00Z" }),
        json!({ "note": "x", "expires_at": "tomorrow" }),
        json!({ "note": "x", "token": "one of my own" }),
    ] {
        let page = world.call("admin", "POST", PATH, Some(&wish)).await;
        assert!(matches!(page.status, 400 | 422), "{}", page.dump());
    }
}

async fn token_ends_with_permission_of_its_author(stack: &Stack) {
    let world = World::new(stack).await;
    let reader = ["clients:read", "clients:write"];
    world.let_hold("carol", "registrar", &reader).await;
    let mut given = world.given(SubjectKind::User, &world.id("carol"), "registrar", None);
    given.expires_at = Some(stack.clock.now() + 3_600);
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
    let until = |seconds: i64| {
        let at = time::OffsetDateTime::from_unix_timestamp(stack.clock.now() + seconds).unwrap();
        let format = &time::format_description::well_known::Rfc3339;
        json!({ "note": "x", "expires_at": at.format(format).unwrap() })
    };
    for wish in [json!({ "note": "x" }), until(3_601)] {
        denied(
            &world,
            "carol",
            ("POST", PATH, Some(wish)),
            "longer_than_held",
        )
        .await;
    }
    let page = world.call("carol", "POST", PATH, Some(&until(3_600))).await;
    ok(&page, 201);
}

/// Checks each end of an author: another state, fewer roles, and no account.
async fn token_of_former_administrator_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let registrar = ["clients:read", "clients:write"];
    world.let_hold("carol", "registrar", &registrar).await;
    let wish = json!({ "note": "The CI of the shop", "uses": 9 });
    let created = ok(&world.call("carol", "POST", PATH, Some(&wish)).await, 201);
    let token = created["token"].as_str().unwrap();
    let carol = format!("/api/admin/users/{}", world.id("carol"));
    for (disabled, expected) in [(true, 401), (false, 201)] {
        let change = json!({ "disabled": disabled });
        ok(
            &world.change("admin", "PATCH", &carol, Some(&change)).await,
            200,
        );
        let page = register(stack, token).await;
        assert_eq!(page.status, expected, "{disabled}: {}", page.dump());
    }
    let role = "/api/admin/roles/registrar";
    for (active, expected) in [(false, 401), (true, 201)] {
        let change = json!({ "active": active });
        ok(
            &world.change("admin", "PATCH", role, Some(&change)).await,
            200,
        );
        let page = register(stack, token).await;
        assert_eq!(page.status, expected, "{active}: {}", page.dump());
    }
    let page = world.change("admin", "DELETE", &carol, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(register(stack, token).await.status, 401);
}
