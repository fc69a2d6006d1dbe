//! Tests of tokens: refreshed once each, introspected, ended.

use std::sync::Arc;

use doorward_testkit::{Stack, both_backends, flows, flows_with};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    Tokens, body, call, claims, get_as, post, post_as, problem, refresh, sign_in,
};

both_backends!(of_32_concurrent_refreshes_all_get_same_successor,);
flows!(
    refresh_token_is_single_use,
    lost_answer_is_repeated_and_theft_ends_all,
    logout_revokes_tokens,
    sign_out_everywhere_ends_browsers_and_clients,
    token_is_introspected,
    token_endpoint_applies_same_rules,
);
const SHORT: &[(&str, &str)] = &[("DOORWARD__API__REFRESH_TTL", "1h")];
flows_with!(SHORT; unused_refresh_token_has_expired_in_time);

async fn refresh_token_is_single_use(stack: &Stack) {
    let first = sign_in(stack, "alice").await;
    let second = Tokens::of(&refresh(stack, &first.refresh).await);
    assert_ne!(first.refresh, second.refresh);
    let claims = claims(&second.access);
    assert_eq!(
        (&claims["username"], &claims["is_staff"]),
        (&json!("alice"), &json!(false))
    );
    Tokens::of(&refresh(stack, &second.refresh).await);
    // The first token again after its successor was used: it was copied.
    problem(
        &refresh(stack, &first.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &refresh(stack, "no such token").await,
        401,
        "invalid-refresh-token",
    );
    let page = call(stack, "POST", "/api/auth/token/refresh").send().await;
    problem(&page, 400, "invalid-input");
}

async fn lost_answer_is_repeated_and_theft_ends_all(stack: &Stack) {
    let first = sign_in(stack, "alice").await;
    let second = Tokens::of(&refresh(stack, &first.refresh).await);
    let again = Tokens::of(&refresh(stack, &first.refresh).await);
    assert_eq!(second.refresh, again.refresh);
    let third = Tokens::of(&refresh(stack, &second.refresh).await);
    problem(
        &refresh(stack, &first.refresh).await,
        401,
        "invalid-refresh-token",
    );
    // The family is revoked, including its newest refresh token and its access tokens.
    problem(
        &refresh(stack, &third.refresh).await,
        401,
        "invalid-refresh-token",
    );
    let page = get_as(stack, &third.access, "/api/auth/profile").await;
    problem(&page, 401, "invalid-token");
}

async fn of_32_concurrent_refreshes_all_get_same_successor(stack: &Stack) {
    let first = sign_in(stack, "alice").await;
    let url: Arc<str> = stack.at("/api/auth/token/refresh").into();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut attempts = JoinSet::new();
    for _ in 0..32 {
        let request = http.post(&*url).json(&json!({ "refresh": first.refresh }));
        attempts.spawn(async move {
            request
                .send()
                .await
                .unwrap()
                .json::<serde_json::Value>()
                .await
                .unwrap()
        });
    }
    let mut successors: Vec<String> = Vec::new();
    while let Some(answer) = attempts.join_next().await {
        successors.extend(answer.unwrap()["refresh"].as_str().map(str::to_owned));
    }
    successors.dedup();
    assert_eq!(successors.len(), 1, "{successors:?}");
    Tokens::of(&refresh(stack, &successors[0]).await);
}

async fn logout_revokes_tokens(stack: &Stack) {
    let other = sign_in(stack, "alice").await;
    let tokens = sign_in(stack, "alice").await;
    let page = post(
        stack,
        "/api/auth/logout",
        json!({ "refresh": tokens.refresh }),
    )
    .await;
    assert_eq!(page.status, 204, "{}", page.dump());
    problem(
        &refresh(stack, &tokens.refresh).await,
        401,
        "invalid-refresh-token",
    );
    problem(
        &get_as(stack, &tokens.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    // Revoking again is no error; an invalid refresh token is one.
    let page = post(
        stack,
        "/api/auth/logout",
        json!({ "refresh": tokens.refresh }),
    )
    .await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = post(
        stack,
        "/api/auth/logout",
        json!({ "refresh": tokens.access }),
    )
    .await;
    problem(&page, 401, "invalid-refresh-token");
    // The access token is accepted as well.
    let third = sign_in(stack, "alice").await;
    let page = post_as(stack, &third.access, "/api/auth/logout", json!({})).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    problem(
        &refresh(stack, &third.refresh).await,
        401,
        "invalid-refresh-token",
    );
    let page = post_as(stack, &third.access, "/api/auth/logout", json!({})).await;
    problem(&page, 400, "invalid-input");
    // Another device is not affected.
    Tokens::of(&refresh(stack, &other.refresh).await);
}

async fn sign_out_everywhere_ends_browsers_and_clients(stack: &Stack) {
    let browser = doorward_testkit::UserAgent::new();
    let page = browser.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    browser
        .submit(&form.with("password", doorward_testkit::PASSWORD))
        .await;
    assert_eq!(browser.get(stack.at("/account")).await.status, 200);
    let (item, two) = (sign_in(stack, "alice").await, sign_in(stack, "alice").await);
    let bob = sign_in(stack, "bob").await;
    let page = post_as(stack, &item.access, "/api/auth/logout/all", json!({})).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    for tokens in [item, two] {
        problem(
            &refresh(stack, &tokens.refresh).await,
            401,
            "invalid-refresh-token",
        );
        problem(
            &get_as(stack, &tokens.access, "/api/auth/profile").await,
            401,
            "invalid-token",
        );
    }
    assert_eq!(browser.get(stack.at("/account")).await.status, 303);
    Tokens::of(&refresh(stack, &bob.refresh).await);
    problem(
        &call(stack, "POST", "/api/auth/logout/all").send().await,
        401,
        "invalid-token",
    );
}

async fn token_is_introspected(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let ask =
        async |token: &str| post(stack, "/api/auth/token/verify", json!({ "token": token })).await;
    let received = body(&ask(&tokens.access).await, 200);
    assert_eq!(
        received,
        json!({ "valid": true, "token_type": "access", "expires_in": 300 })
    );
    let received = body(&ask(&tokens.refresh).await, 200);
    assert_eq!(
        received,
        json!({ "valid": true, "token_type": "refresh", "expires_in": 86_400 })
    );
    // Introspection did not consume the token.
    let renewed = Tokens::of(&refresh(stack, &tokens.refresh).await);
    problem(&ask(&tokens.refresh).await, 401, "invalid-token");
    problem(&ask("nonsense").await, 401, "invalid-token");
    let spoilt = doorward_testkit::jwt::with_claims(&tokens.access, |claims| {
        claims["is_staff"] = json!(true);
    });
    problem(&ask(&spoilt).await, 401, "invalid-token");
    stack.clock.advance(301);
    problem(&ask(&tokens.access).await, 401, "invalid-token");
    body(&ask(&renewed.refresh).await, 200);
    stack.disable_user("alice").await;
    problem(&ask(&renewed.refresh).await, 401, "invalid-token");
}

async fn token_endpoint_applies_same_rules(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    let app = &stack.seed.app;
    let renewed = body(&stack.refresh(app, &tokens.refresh).await, 200);
    assert_eq!(renewed["token_type"], "Bearer");
    let page = stack
        .refresh(
            &stack.seed.native,
            renewed["refresh_token"].as_str().unwrap(),
        )
        .await;
    assert_eq!(
        page.status,
        400,
        "a token of another client: {}",
        page.dump()
    );
}

async fn unused_refresh_token_has_expired_in_time(stack: &Stack) {
    let tokens = sign_in(stack, "alice").await;
    stack.clock.advance(3599);
    let renewed = Tokens::of(&refresh(stack, &tokens.refresh).await);
    stack.clock.advance(3600);
    problem(
        &refresh(stack, &renewed.refresh).await,
        401,
        "invalid-refresh-token",
    );
    // The session of a client in use stays listed beyond the browser's idle timeout.
    let mut tokens = sign_in(stack, "alice").await;
    for _ in 0..30 {
        stack.clock.advance(3000);
        tokens = Tokens::of(&refresh(stack, &tokens.refresh).await);
    }
    let list = body(
        &get_as(stack, &tokens.access, "/api/auth/sessions").await,
        200,
    );
    assert_eq!(list[0]["current"], true, "{list}");
}
