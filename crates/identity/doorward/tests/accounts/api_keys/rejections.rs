//! Tests of rejected keys: wrong network, two credentials in one request, and repeated invalid
//! keys.

use doorward_testkit::{Stack, UserAgent, flows};

use super::{TASKS, ask, assert_inactive, call, introspect_from, make, shown, signed_in, token};

flows!(
    key_is_limited_to_networks,
    rejects_two_credentials_in_request,
);

doorward_testkit::flows_with!(SINGLE; bad_keys_lock_out_address);

/// The production limits.
const SINGLE: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];

async fn key_is_limited_to_networks(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let elsewhere = shown(&ask(stack, &agent, &["tasks:read"], "10.0.0.0/8 2001:db8::/32").await);
    let here = shown(&ask(stack, &agent, &["tasks:read"], "127.0.0.1").await);
    assert_eq!(call(stack, TASKS, &elsewhere).await.status, 401);
    assert_eq!(call(stack, TASKS, &here).await.status, 200);
    for (address, good) in [
        (Some("10.1.2.3"), true),
        (Some("::ffff:10.1.2.3"), true),
        (Some("2001:db8::1"), true),
        (Some("11.1.2.3"), false),
        (None, false),
    ] {
        let answer = introspect_from(stack, &elsewhere, address).await;
        assert_eq!(answer["active"], good, "{address:?}");
    }
    // The `X-Forwarded-For` header of the caller is not trusted.
    let request = agent.http().get(stack.at_tasks(TASKS));
    let request = request
        .header("x-api-key", &elsewhere)
        .header("x-forwarded-for", "10.1.2.3");
    assert_eq!(agent.send(request).await.status, 401);
}

async fn rejects_two_credentials_in_request(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let token = token(stack, "alice", "openid tasks:read").await;
    let bearer = format!("Bearer {token}");
    for headers in [
        [("x-api-key", &*key), ("authorization", &*bearer)],
        [("x-api-key", &*key), ("x-api-key", &*key)],
        [("authorization", &*bearer), ("authorization", &*bearer)],
    ] {
        let mut request = agent.http().get(stack.at_tasks(TASKS));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let page = agent.send(request).await;
        assert_eq!(page.status, 400, "{headers:?}: {}", page.dump());
    }
    let page = UserAgent::new().get(stack.at_tasks(TASKS)).await;
    assert_eq!(page.status, 401);
    assert!(
        page.json()["detail"]
            .as_str()
            .unwrap()
            .contains("X-API-Key")
    );
    for odd in ["", " ", "x", "dw_", "é", &"x".repeat(4000), "Bearer x"] {
        let page = call(stack, TASKS, odd).await;
        assert_eq!(page.status, 401, "{odd}: {}", page.dump());
        assert!(page.header("www-authenticate").is_some());
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}

async fn bad_keys_lock_out_address(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let token = token(stack, "alice", "openid tasks:read").await;
    // Valid keys do not count.
    for _ in 0..20 {
        assert_eq!(call(stack, TASKS, &key).await.status, 200);
    }
    for turn in 0..10 {
        let page = call(stack, TASKS, &format!("dw_guess{turn}")).await;
        assert_eq!(page.status, 401, "{turn}: {}", page.dump());
    }
    let page = call(stack, TASKS, "dw_guess").await;
    assert_eq!(page.status, 429, "{}", page.dump());
    assert_eq!(
        page.json()["type"],
        "urn:doorward:problem:too-many-bad-keys"
    );
    assert_eq!(page.header("retry-after"), Some("900"));
    assert_eq!(
        call(stack, TASKS, &key).await.status,
        429,
        "valid keys are rejected, too"
    );
    // Access tokens are not limited by failed keys.
    let request = agent.http().get(stack.at_tasks(TASKS)).bearer_auth(&token);
    assert_eq!(agent.send(request).await.status, 200);
    stack.clock.advance(899);
    assert_eq!(
        call(stack, TASKS, &key).await.header("retry-after"),
        Some("1")
    );
    stack.clock.advance(1);
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    assert_inactive(&introspect_from(stack, "dw_guess", None).await);
}
