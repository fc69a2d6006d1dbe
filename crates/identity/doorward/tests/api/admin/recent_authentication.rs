//! Tests that changes require an authentication within the last fifteen minutes (RFC 9470). Reading
//! does not, and neither do services, which authenticate for each token.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    old_authentication_cannot_change_resources,
    service_needs_no_reauthentication,
);

/// Returns a token of the user who is signed in with this browser.
async fn token(stack: &Stack, agent: &UserAgent, who: &str, more: (&str, &str)) -> String {
    let console = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), console)
        .with("scope", "openid admin")
        .with(more.0, more.1);
    let code = request.complete(agent, who).await.code();
    let page = stack.exchange(console, &code).await;
    ok(&page, 200)["access_token"].as_str().unwrap().to_owned()
}

async fn old_authentication_cannot_change_resources(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = UserAgent::new();
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let name = json!({ "first_name": "Al" });
    let change = async |token: &str, method: &str, path: &str, body: Option<&Value>| {
        let authorization = format!("Bearer {token}");
        let fields = [("authorization", authorization.as_str()), ("if-match", "*")];
        world.call_with("", method, path, body, &fields).await
    };
    let first = token(stack, &agent, "admin", ("nonce", "1")).await;
    ok(&change(&first, "PATCH", &alice, Some(&name)).await, 200);
    stack.clock.advance(15 * 60);
    let still = token(stack, &agent, "admin", ("nonce", "2")).await;
    ok(&change(&still, "PATCH", &alice, Some(&name)).await, 200);
    stack.clock.advance(1);
    let old = token(stack, &agent, "admin", ("nonce", "3")).await;
    let role = json!({ "name": "new" });
    let secret = format!("/api/admin/clients/{}/secret", stack.seed.web.id);
    for (method, path, body) in [
        ("PATCH", alice.as_str(), Some(&name)),
        ("DELETE", alice.as_str(), None),
        ("POST", "/api/admin/roles", Some(&role)),
        ("POST", secret.as_str(), None),
        ("POST", "/api/admin/keys/rotate", None),
        ("DELETE", "/api/admin/providers/any", None),
        ("POST", "/api/admin/keys/any/retire", None),
    ] {
        let page = change(&old, method, path, body).await;
        let received = problem(&page, 401, "sign-in-required");
        assert_eq!(received["max_age"], 900, "{received}");
        let challenge = page.header("www-authenticate").unwrap();
        for part in [
            "error=\"insufficient_user_authentication\"",
            "max_age=\"900\"",
        ] {
            assert!(challenge.contains(part), "{challenge}");
        }
    }
    ok(&change(&old, "GET", &alice, None).await, 200);
    // The authentication that the challenge requests is accepted.
    let new = token(stack, &agent, "admin", ("max_age", "900")).await;
    ok(&change(&new, "PATCH", &alice, Some(&name)).await, 200);
}

async fn service_needs_no_reauthentication(stack: &Stack) {
    let world = World::new(stack).await;
    let service = &stack.seed.service;
    world
        .assign(SubjectKind::Client, &service.id, "helper", None)
        .await;
    stack.clock.advance(3600);
    let fields = [("grant_type", "client_credentials"), ("scope", "admin")];
    let page = stack.token(service, &fields).await;
    let token = ok(&page, 200)["access_token"].as_str().unwrap().to_owned();
    let group = json!({ "name": "engineering" });
    let created = world
        .call_as(&token, "POST", "/api/admin/groups", Some(&group))
        .await;
    ok(&created, 201);
}
