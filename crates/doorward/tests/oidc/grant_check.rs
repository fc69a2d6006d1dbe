//! Tests of the common grant check before every token: everything that ends a grant ends it for the
//! code, the refresh token, token exchange, `UserInfo` and introspection alike.

use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::Value;

use crate::device;
use crate::support::{is_active, text, tokens, userinfo};
use crate::token_exchange;

flows!(
    disabled_account_invalidates_code_and_tokens,
    disabled_client_invalidates_code_and_tokens,
    ended_session_invalidates_code_and_tokens,
    revoked_grant_invalidates_code_and_tokens,
);

/// An event that ends the grant.
enum GrantEnd {
    User,
    Client,
    Session,
    Grant,
}

/// Returns tokens of a session, with an unused code and an approved device code of the same
/// session.
async fn before(stack: &Stack) -> (Value, String, String) {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client).with("scope", "openid tasks:read");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    let unused = request.start(&agent).await.code();
    let device_code = device::allowed(stack, &agent, "openid tasks:read").await;
    (json, unused, device_code)
}

async fn assert_closed(stack: &Stack, gate: &GrantEnd) {
    let client = &stack.seed.trusted;
    let (json, unused, device_code) = before(stack).await;
    let access = text(&json, "access_token");
    assert_eq!(userinfo(stack, &access).await.status, 200);
    assert!(is_active(stack, client, &access).await);
    token_exchange::open(stack).await;
    let service = token_exchange::gateway(stack);
    tokens(&token_exchange::ask(stack, service, &access, &[]).await);
    let refresh = json["refresh_token"].as_str();
    match gate {
        GrantEnd::User => stack.disable_user("alice").await,
        GrantEnd::Client => {
            stack.disable_client(&client.id).await;
            stack.disable_client(&stack.seed.device.id).await;
        }
        GrantEnd::Session => stack.end_sessions("alice").await,
        GrantEnd::Grant => {
            let token = refresh.expect("a refresh token");
            let fields = [("token", token)];
            let page = stack.as_client("/oauth2/revoke", client, &fields).await;
            assert_eq!(page.status, 200, "{}", page.dump());
        }
    }
    let (status, error) = match gate {
        GrantEnd::Client => (401, "invalid_client"),
        _ => (400, "invalid_grant"),
    };
    if let Some(token) = refresh {
        let page = stack.refresh(client, token).await;
        crate::support::assert_oauth_error(&page, status, error);
    }
    assert_eq!(userinfo(stack, &access).await.status, 401);
    // The access token is no longer a valid subject token (RFC 8693 §2.2.2).
    let page = token_exchange::ask(stack, service, &access, &[]).await;
    crate::support::assert_oauth_error(&page, 400, "invalid_request");
    match gate {
        GrantEnd::Client => {
            let fields = [("token", access.as_str())];
            let page = stack.as_client("/oauth2/introspect", client, &fields).await;
            crate::support::assert_oauth_error(&page, 401, "invalid_client");
        }
        _ => assert!(!is_active(stack, client, &access).await),
    }
    let page = stack.exchange(client, &unused).await;
    if matches!(gate, GrantEnd::Grant) {
        // The unused code belongs to a separate grant.
        tokens(&page);
    } else {
        crate::support::assert_oauth_error(&page, status, error);
    }
    let page = device::poll(stack, &stack.seed.device, &device_code).await;
    if matches!(gate, GrantEnd::Grant) {
        tokens(&page);
    } else {
        crate::support::assert_oauth_error(&page, status, error);
    }
}

async fn disabled_account_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::User).await;
}

async fn disabled_client_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Client).await;
}

async fn ended_session_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Session).await;
}

async fn revoked_grant_invalidates_code_and_tokens(stack: &Stack) {
    assert_closed(stack, &GrantEnd::Grant).await;
}
