//! Tests of the common grant check for the account API: everything that ends a grant ends its
//! tokens everywhere, and allows no new ones.

use doorward_testkit::{PASSWORD, Page, Stack, flows};
use serde_json::json;

use crate::support::{body, get_as, post, problem, refresh, sign_in};

flows!(
    disabled_account_invalidates_tokens,
    disabled_client_invalidates_tokens,
    ended_session_invalidates_tokens,
    revoked_grant_invalidates_tokens,
);

enum GrantEnd {
    User,
    Client,
    Session,
    Grant,
}

async fn userinfo(stack: &Stack, token: &str) -> Page {
    let agent = doorward_testkit::UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    agent.send(request.bearer_auth(token)).await
}

async fn is_active(stack: &Stack, token: &str) -> bool {
    let fields = [("token", token)];
    let page = stack
        .as_client("/oauth2/introspect", &stack.seed.trusted, &fields)
        .await;
    body(&page, 200)["active"] == json!(true)
}

async fn assert_closed(stack: &Stack, gate: &GrantEnd) {
    let tokens = sign_in(stack, "alice").await;
    body(
        &get_as(stack, &tokens.access, "/api/auth/profile").await,
        200,
    );
    assert_eq!(userinfo(stack, &tokens.access).await.status, 200);
    let app = &stack.seed.app;
    match gate {
        GrantEnd::User => stack.disable_user("alice").await,
        GrantEnd::Client => stack.disable_client(&app.id).await,
        GrantEnd::Session => stack.end_sessions("alice").await,
        GrantEnd::Grant => {
            let fields = [("token", tokens.refresh.as_str())];
            let page = stack.as_client("/oauth2/revoke", app, &fields).await;
            assert_eq!(page.status, 200, "{}", page.dump());
        }
    }
    problem(
        &get_as(stack, &tokens.access, "/api/auth/profile").await,
        401,
        "invalid-token",
    );
    assert_eq!(userinfo(stack, &tokens.access).await.status, 401);
    assert!(!is_active(stack, &tokens.access).await);
    let renewed = refresh(stack, &tokens.refresh).await;
    let at_the_token_endpoint = stack.refresh(app, &tokens.refresh).await;
    let login = json!({ "username": "alice", "password": PASSWORD });
    let again = post(stack, "/api/auth/login", login).await;
    match gate {
        GrantEnd::Client => {
            problem(&renewed, 403, "client-not-first-party");
            assert_eq!(at_the_token_endpoint.status, 401);
            problem(&again, 403, "client-not-first-party");
        }
        GrantEnd::User => {
            problem(&renewed, 401, "invalid-refresh-token");
            assert_eq!(at_the_token_endpoint.status, 400);
            problem(&again, 401, "sign-in-rejected");
        }
        // The user may sign in again.
        GrantEnd::Session | GrantEnd::Grant => {
            problem(&renewed, 401, "invalid-refresh-token");
            assert_eq!(at_the_token_endpoint.status, 400);
            body(&again, 200);
        }
    }
}

async fn disabled_account_invalidates_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::User).await;
}

async fn disabled_client_invalidates_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Client).await;
}

async fn ended_session_invalidates_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Session).await;
}

async fn revoked_grant_invalidates_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Grant).await;
}
