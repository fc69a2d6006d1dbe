//! Tests of the tasks API in its versions, and of the token formats each accepts.

use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::{call, make, signed_in, token, token_of};

flows!(
    each_version_accepts_supported_credentials,
    reference_token_is_accepted_like_access_token,
    reference_tokens_are_limited_by_user_and_roles,
);

async fn with_token(stack: &Stack, path: &str, token: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at_tasks(path)).bearer_auth(token);
    agent.send(request).await
}

const SCOPE: &str = "openid tasks:read";

async fn each_version_accepts_supported_credentials(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let signed = token(stack, "alice", SCOPE).await;
    let reference = token_of(stack, &stack.seed.opaque, "alice", SCOPE).await;
    assert!(reference.starts_with("dwa_"), "{reference}");
    for (version, by_key, by_signed, by_reference) in [
        ("/api/v1/tasks/", 200, 401, 200),
        ("/api/v2/tasks/", 200, 200, 401),
        ("/api/v3/tasks/", 401, 200, 401),
        ("/api/tasks/", 200, 200, 401),
    ] {
        let page = call(stack, version, &key).await;
        assert_eq!(page.status, by_key, "{version} {}", page.dump());
        let page = with_token(stack, version, &signed).await;
        assert_eq!(page.status, by_signed, "{version} {}", page.dump());
        let page = with_token(stack, version, &reference).await;
        assert_eq!(page.status, by_reference, "{version} {}", page.dump());
        let page = UserAgent::new().get(stack.at_tasks(version)).await;
        assert_eq!(page.status, 401, "{version}");
    }
}

async fn reference_token_is_accepted_like_access_token(stack: &Stack) {
    let client = &stack.seed.opaque;
    let reference = token_of(stack, client, "alice", SCOPE).await;
    let request = UserAgent::new().http().get(stack.at("/oauth2/userinfo"));
    let page = UserAgent::new().send(request.bearer_auth(&reference)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    // The client itself reads the name only with the scope for it.
    for (asks, name) in [
        (client, Value::Null),
        (&stack.seed.tasks_api, json!("alice")),
    ] {
        let fields = [("token", &*reference)];
        let page = stack.as_client("/oauth2/introspect", asks, &fields).await;
        assert_eq!(page.json()["active"], true, "{}", asks.id);
        assert_eq!(page.json()["username"], name);
    }
    // A reference token is not accepted as an API key, nor a key as a reference token.
    assert_eq!(call(stack, "/api/v1/tasks/", &reference).await.status, 401);
    assert_eq!(
        with_token(stack, "/api/v1/tasks/", &reference).await.status,
        200
    );
    let fields = [("token", &*reference)];
    let page = stack.as_client("/oauth2/revoke", client, &fields).await;
    assert_eq!(page.status, 200);
    let fields = [("token", &*reference)];
    let page = stack.as_client("/oauth2/introspect", client, &fields).await;
    assert_eq!(page.json()["active"], false);
    stack.clock.advance(30);
    assert_eq!(
        with_token(stack, "/api/v1/tasks/", &reference).await.status,
        401
    );

    let short = token_of(stack, client, "alice", SCOPE).await;
    stack.clock.advance(299);
    assert_eq!(
        with_token(stack, "/api/v1/tasks/", &short).await.status,
        200
    );
    stack.clock.advance(1);
    assert_eq!(
        with_token(stack, "/api/v1/tasks/", &short).await.status,
        401
    );
}

async fn reference_tokens_are_limited_by_user_and_roles(stack: &Stack) {
    let client = &stack.seed.opaque;
    let limit = async |token: &str| {
        let page = with_token(stack, "/api/v1/tasks/", token).await;
        let shown = page.headers.get("ratelimit").unwrap().to_str().unwrap();
        let (name, rest) = shown.split_once(";r=").unwrap();
        let left: i64 = rest.split(';').next().unwrap().parse().unwrap();
        (name.to_owned(), left)
    };
    let one = token_of(stack, client, "alice", SCOPE).await;
    let (name, before) = limit(&one).await;
    assert_eq!(name, "\"person\"");
    // Another token of the same user and client shares the rate limit.
    let other = token_of(stack, client, "alice", SCOPE).await;
    assert_ne!(one, other);
    assert_eq!(limit(&other).await, (name.clone(), before - 1));
    // Another user has a separate limit, which depends on the highest role.
    let manager = token_of(stack, client, "mona", SCOPE).await;
    let (name, left) = limit(&manager).await;
    assert_eq!(name, "\"manager\"");
    assert!(left > before, "{left} {before}");
    // An invalid token gets the lowest limit.
    let (name, _) = limit("dwa_nobody").await;
    assert_eq!(name, "\"token\"");
}
