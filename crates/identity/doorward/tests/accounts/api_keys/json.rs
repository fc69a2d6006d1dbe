//! Tests of `/api/auth/api-keys`.

use doorward_domain::model::AuditKind;
use doorward_testkit::{Page, Stack, UserAgent, both_backends, flows};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{TASKS, assert_inactive, audited, call, in_seconds, introspect, token};

both_backends!(of_32_concurrent_revocations_only_first_counts,);
flows!(
    key_is_created_listed_and_revoked,
    requests_beyond_own_permissions_are_denied_and_audited,
    bad_input_names_field,
    key_creation_requires_recent_sign_in,
    keys_of_other_users_are_not_found,
    key_expires_at_set_time,
);

const PATH: &str = "/api/auth/api-keys";

async fn send(stack: &Stack, method: &str, path: &str, token: &str, body: Option<Value>) -> Page {
    let agent = UserAgent::new();
    let method = method.parse().unwrap();
    let mut request = agent
        .http()
        .request(method, stack.at(path))
        .bearer_auth(token);
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    agent.send(request).await
}

async fn create(stack: &Stack, token: &str, body: Value) -> Page {
    send(stack, "POST", PATH, token, Some(body)).await
}

async fn key_is_created_listed_and_revoked(stack: &Stack) {
    let token = token(stack, "alice", "openid").await;
    let page = create(
        stack,
        &token,
        json!({"name": "CI", "scopes": ["tasks:read"]}),
    )
    .await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let created = page.json();
    let (key, id) = (
        created["key"].as_str().unwrap(),
        created["id"].as_str().unwrap(),
    );
    let location = format!("{PATH}/{id}");
    assert_eq!(page.header("location"), Some(&*location));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(created["prefix"], key[..15]);
    assert_eq!(call(stack, TASKS, key).await.status, 200);

    let page = send(stack, "GET", PATH, &token, None).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!page.text().contains(key));
    let item = &page.json()["items"][0];
    assert_eq!(item["id"], id);
    assert_eq!(item["scopes"], json!(["tasks:read"]));
    assert_eq!(item["networks"], json!([]));
    assert_eq!(item["last_used_from"], "127.0.0.1");
    assert!(item["last_used_at"].is_string() && item.get("key").is_none());

    let page = send(stack, "DELETE", &location, &token, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_inactive(&introspect(stack, key).await);
    let page = send(stack, "DELETE", &location, &token, None).await;
    assert_eq!(page.status, 404);
    let page = send(stack, "GET", PATH, &token, None).await;
    assert_eq!(page.json(), json!({"items": []}));
}

/// Checks that no request creates a key with more permissions than its user has.
async fn requests_beyond_own_permissions_are_denied_and_audited(stack: &Stack) {
    let token = token(stack, "alice", "openid").await;
    let wishes = [
        json!(["tasks:read_all"]),
        json!(["tasks:read", "tasks:delete_all"]),
        json!(["openid"]),
        json!(["offline_access"]),
        json!(["*"]),
        json!(["TASKS:READ_ALL"]),
        json!(["no:such"]),
    ];
    for (turn, scopes) in wishes.iter().enumerate() {
        let page = create(stack, &token, json!({"name": "more", "scopes": scopes})).await;
        assert_eq!(page.status, 403, "{scopes}: {}", page.dump());
        assert_eq!(page.json()["errors"][0]["field"], "scopes");
        let events = audited(stack, AuditKind::ApiKeyCreated).await;
        assert_eq!(events.len(), turn + 1);
        assert!(!events[0].success);
        assert_eq!(events[0].detail["reason"], "more than is held");
    }
    for scopes in [
        json!(["tasks:read tasks:read_all"]),
        json!(["\u{0}"]),
        json!([""]),
    ] {
        let page = create(stack, &token, json!({"name": "more", "scopes": scopes})).await;
        assert_eq!(page.status, 400, "{scopes}: {}", page.dump());
    }
    let page = send(stack, "GET", PATH, &token, None).await;
    assert_eq!(page.json(), json!({"items": []}));
    // A manager may create such a key.
    let token = super::token(stack, "mona", "openid").await;
    let page = create(
        stack,
        &token,
        json!({"name": "all", "scopes": ["tasks:read_all"]}),
    )
    .await;
    assert_eq!(page.status, 201);
}

async fn bad_input_names_field(stack: &Stack) {
    let token = token(stack, "alice", "openid").await;
    let good = json!({"name": "CI", "scopes": ["tasks:read"]});
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(61))),
        ("name", json!(7)),
        ("scopes", json!([])),
        ("scopes", json!("tasks:read")),
        ("expires_at", json!("tomorrow")),
        ("expires_at", json!(in_seconds(stack, 0))),
        ("expires_at", json!(in_seconds(stack, 365 * 86_400 + 1))),
        ("networks", json!(["10.0.0.0/99"])),
        ("networks", json!(["localhost"])),
        ("key", json!("dw_chosen")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let page = create(stack, &token, body).await;
        assert_eq!(page.status, 400, "{field} {value}: {}", page.dump());
        assert_eq!(page.json()["errors"][0]["field"], field, "{}", page.dump());
    }
}

async fn key_creation_requires_recent_sign_in(stack: &Stack) {
    let client = &stack.seed.trusted;
    let request = doorward_testkit::Authorization::new(stack.issuer(), client)
        .with("scope", "openid offline_access");
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let tokens = stack.exchange(client, &code).await;
    stack.clock.advance(15 * 60 + 1);
    let refresh = tokens.member("refresh_token").unwrap();
    let token = stack
        .refresh(client, &refresh)
        .await
        .member("access_token")
        .unwrap();
    let page = create(
        stack,
        &token,
        json!({"name": "CI", "scopes": ["tasks:read"]}),
    )
    .await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let challenge = page.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("insufficient_user_authentication"),
        "{challenge}"
    );
    // Listing and revoking keys are not limited.
    assert_eq!(send(stack, "GET", PATH, &token, None).await.status, 200);
}

async fn keys_of_other_users_are_not_found(stack: &Stack) {
    let (alice, mona) = (
        token(stack, "alice", "openid").await,
        token(stack, "mona", "openid").await,
    );
    let page = create(
        stack,
        &alice,
        json!({"name": "CI", "scopes": ["tasks:read"]}),
    )
    .await;
    let location = page.header("location").unwrap().to_owned();
    assert_eq!(
        send(stack, "DELETE", &location, &mona, None).await.status,
        404
    );
    assert_eq!(
        send(stack, "GET", PATH, &mona, None).await.json(),
        json!({"items": []})
    );
    for id in ["x", "0123456789ab", "..%2f..", "%00"] {
        let page = send(stack, "DELETE", &format!("{PATH}/{id}"), &alice, None).await;
        assert!([400, 404].contains(&page.status), "{}", page.dump());
    }
    assert_eq!(
        send(stack, "DELETE", &location, &alice, None).await.status,
        204
    );
}

async fn of_32_concurrent_revocations_only_first_counts(stack: &Stack) {
    let token = token(stack, "alice", "openid").await;
    let page = create(
        stack,
        &token,
        json!({"name": "CI", "scopes": ["tasks:read"]}),
    )
    .await;
    let location = stack.at(page.header("location").unwrap());
    let mut attempts = JoinSet::new();
    for _ in 0..32 {
        let (location, token) = (location.clone(), token.clone());
        attempts.spawn(async move {
            let agent = UserAgent::new();
            let request = agent.http().delete(location).bearer_auth(token);
            agent.send(request).await.status
        });
    }
    let mut answers = attempts.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers[0], 204);
    assert_eq!(answers[1..], [404; 31]);
    assert_eq!(audited(stack, AuditKind::ApiKeyRevoked).await.len(), 1);
}

async fn key_expires_at_set_time(stack: &Stack) {
    let token = token(stack, "alice", "openid").await;
    let body = json!({
        "name": "CI", "scopes": ["tasks:read"], "expires_at": in_seconds(stack, 100),
    });
    let key = create(stack, &token, body).await.member("key").unwrap();
    stack.clock.advance(90);
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    stack.clock.advance(9);
    assert_eq!(introspect(stack, &key).await["active"], true);
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    stack.clock.advance(1);
    assert_inactive(&introspect(stack, &key).await);
    assert_eq!(
        call(stack, TASKS, &key).await.status,
        401,
        "no cached response outlives the key"
    );
}
