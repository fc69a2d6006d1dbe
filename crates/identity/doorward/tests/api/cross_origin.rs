//! Tests of requests to the API by scripts of registered origins, and of the responses they may
//! read.

use doorward_testkit::{Stack, flows};
use serde_json::json;

use crate::support::{body, call, sign_in};

flows!(cross_origin_script_changes_profile_by_version);

const ORIGIN: &str = "https://app.example";

fn words(list: &str) -> Vec<String> {
    list.split(',').map(|it| it.trim().to_lowercase()).collect()
}

async fn cross_origin_script_changes_profile_by_version(stack: &Stack) {
    let list = vec![ORIGIN.to_owned()];
    stack
        .change_client(&stack.seed.app.id, |client| client.allowed_origins = list)
        .await;
    let preflight = call(stack, "OPTIONS", "/api/auth/profile")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type,if-match",
        )
        .send()
        .await;
    let allowed = words(preflight.header("access-control-allow-headers").unwrap());
    for name in [
        "authorization",
        "content-type",
        "if-match",
        "idempotency-key",
        "x-tenant-id",
    ] {
        assert!(allowed.contains(&name.to_owned()), "{name}: {allowed:?}");
    }
    let token = sign_in(stack, "alice").await.access;
    let read = call(stack, "GET", "/api/auth/profile").bearer(&token);
    let read = read.header("origin", ORIGIN).send().await;
    let readable = words(read.header("access-control-expose-headers").unwrap());
    for name in [
        "etag",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "www-authenticate",
    ] {
        assert!(readable.contains(&name.to_owned()), "{name}: {readable:?}");
    }
    let change = call(stack, "PATCH", "/api/auth/profile")
        .bearer(&token)
        .header("origin", ORIGIN)
        .header("if-match", read.header("etag").unwrap());
    let page = change.json(&json!({ "nickname": "Al" })).send().await;
    assert_eq!(body(&page, 200)["nickname"], "Al");
    assert_eq!(page.header("access-control-allow-origin"), Some(ORIGIN));
}
