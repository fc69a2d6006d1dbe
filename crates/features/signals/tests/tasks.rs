//! Tests of the tasks API as a receiver: what ends at the identity server is rejected there.

use std::time::{Duration, Instant};

use doorward_testkit::stack::LISTENING;
use doorward_testkit::{Page, Stack, UserAgent, flows_with};

use super::delivery::revoke_role;
use super::guard::Guard;
use crate::support::{code, sign_in, text, tokens};

flows_with!(
    SETTINGS;
    ended_session_is_rejected_at_once,
    replayed_code_ends_token,
    reduced_roles_need_refresh,
);

const SETTINGS: &[(&str, &str)] = &[LISTENING];
const SCOPE: &str = "openid tasks:read tasks:write offline_access";
const LONGEST: Duration = Duration::from_secs(30);

async fn tasks(stack: &Stack, token: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at_tasks("/api/tasks/"));
    agent.send(request.bearer_auth(token)).await
}

/// Waits until the tasks API has heard everything so far.
async fn listening(stack: &Stack) {
    Guard::new(stack).await;
    let (agent, began) = (UserAgent::new(), Instant::now());
    loop {
        let ready = agent.get(stack.at_tasks("/readyz")).await.json();
        if ready["signals"] == "ok" {
            return;
        }
        assert!(began.elapsed() < LONGEST, "{ready}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Returns the first rejection of an accepted token.
async fn rejection(stack: &Stack, token: &str) -> String {
    let began = Instant::now();
    loop {
        let page = tasks(stack, token).await;
        if page.status == 401 {
            println!("rejected after {} ms", began.elapsed().as_millis());
            return text(&page.json(), "detail");
        }
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(began.elapsed() < LONGEST, "accepted for too long");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn ended_session_is_rejected_at_once(stack: &Stack) {
    listening(stack).await;
    let token = |json| text(&json, "access_token");
    let ended = token(sign_in(stack, &stack.seed.trusted, SCOPE).await);
    assert_eq!(tasks(stack, &ended).await.status, 200);
    stack.clock.advance(5);
    stack.end_sessions("alice").await;
    assert_eq!(rejection(stack, &ended).await, "the session was ended");
    // A later sign-in is not concerned.
    stack.clock.advance(5);
    let next = token(sign_in(stack, &stack.seed.trusted, SCOPE).await);
    assert_eq!(tasks(stack, &next).await.status, 200);
}

async fn replayed_code_ends_token(stack: &Stack) {
    listening(stack).await;
    let client = &stack.seed.trusted;
    let code = code(stack, client, SCOPE).await;
    let token = text(
        &tokens(&stack.exchange(client, &code).await),
        "access_token",
    );
    assert_eq!(tasks(stack, &token).await.status, 200);
    assert_eq!(stack.exchange(client, &code).await.status, 400);
    assert_eq!(rejection(stack, &token).await, "the grant was revoked");
}

async fn reduced_roles_need_refresh(stack: &Stack) {
    listening(stack).await;
    let client = &stack.seed.trusted;
    let granted = sign_in(stack, client, SCOPE).await;
    let token = text(&granted, "access_token");
    assert_eq!(tasks(stack, &token).await.status, 200);
    stack.clock.advance(5);
    revoke_role(stack, "alice", "developer").await;
    assert_eq!(rejection(stack, &token).await, "roles were reduced");
    // The client refreshes, and has what is left.
    stack.clock.advance(5);
    let refreshed = stack
        .refresh(client, &text(&granted, "refresh_token"))
        .await;
    let token = text(&tokens(&refreshed), "access_token");
    let page = tasks(stack, &token).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}
