//! Tests of push delivery.

use std::time::{Duration, Instant};

use doorward_testkit::{Stack, flows_with, jwt, rows};
use serde_json::json;

use super::delivery::revoke_role;
use super::guard::{Guard, PUSH, of_session, of_user, signed_in, summary};
use super::receiver::{PushReceiver, TIMEOUT, verify};
use crate::support::text;

flows_with!(ALLOW_LOOPBACK;
    push_is_authorized_ordered_and_repeated,
    push_ends_with_scope_of_client,
);

const ALLOW_LOOPBACK: &[(&str, &str)] = &[
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__OUTGOING__THIRD_PARTY_NETWORKS", "127.0.0.0/8"),
];

/// Waits until the failure is stored: a clock that is advanced before makes the next attempt as much later.
async fn failed_with(stack: &Stack, status: &str) {
    let start = Instant::now();
    loop {
        let stored = rows::dump(&stack.storage().identity).await;
        if format!("{:?}", stored["signal_streams"]).contains(status) {
            return;
        }
        assert!(start.elapsed() < TIMEOUT, "no failure is stored");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn push_is_authorized_ordered_and_repeated(stack: &Stack) {
    let receiver = PushReceiver::start().await;
    let guard = Guard::new(stack).await;
    let delivery = json!({
        "method": PUSH,
        "endpoint_url": receiver.url(),
        "authorization_header": "Bearer receiver",
    });
    let created = guard.create(json!({ "delivery": delivery })).await;
    assert_eq!(
        created["delivery"],
        json!({ "method": PUSH, "endpoint_url": receiver.url() })
    );
    assert_eq!(created.get("inactivity_timeout"), None);
    // No one polls it.
    let path = format!("/ssf/poll/{}", text(&created, "stream_id"));
    assert_eq!(guard.call("POST", &path, Some(json!({}))).await.status, 404);
    let stored = rows::dump(&stack.storage().identity).await;
    let stored = format!("{:?}", stored["signal_streams"]);
    assert!(!stored.contains("Bearer receiver"), "{stored}");
    receiver.answers(503);
    let claims = signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    receiver.pushes(1).await;
    failed_with(stack, "503").await;
    receiver.answers(202);
    stack.clock.advance(10);
    revoke_role(stack, "alice", "developer").await;
    let all = receiver.pushes(3).await;
    let jti = |at: usize| jwt::claims(&all[at].token)["jti"].clone();
    assert_eq!(jti(0), jti(1), "the failed one comes again");
    let mut found = Vec::new();
    for push in &all[1..] {
        assert_eq!(push.authorization.as_deref(), Some("Bearer receiver"));
        assert_eq!(
            push.content_type.as_deref(),
            Some("application/secevent+jwt")
        );
        assert_eq!(jwt::header(&push.token)["typ"], "secevent+jwt");
        found.push(verify(stack, &push.token).await);
    }
    let alice = of_user(stack, &claims["sub"]);
    let expected = [
        ("session-revoked".to_owned(), of_session(stack, &claims)),
        ("token-claims-change".to_owned(), alice),
    ];
    assert_eq!(summary(&found), expected);
    // A token that the receiver rejects holds up no other one.
    receiver.answers(400);
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    receiver.pushes(4).await;
    receiver.answers(202);
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    let all = receiver.pushes(5).await;
    assert_ne!(all[3].token, all[4].token);
}

async fn push_ends_with_scope_of_client(stack: &Stack) {
    let receiver = PushReceiver::start().await;
    let guard = Guard::new(stack).await;
    let delivery = json!({ "method": PUSH, "endpoint_url": receiver.url() });
    guard.create(json!({ "delivery": delivery })).await;
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    receiver.pushes(1).await;
    let none = "tasks:read".split(' ').collect();
    stack
        .change_client(&stack.seed.tasks_api.id, |client| client.scopes = none)
        .await;
    signed_in(stack, &stack.seed.trusted).await;
    stack.end_sessions("alice").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(receiver.pushes(1).await.len(), 1);
}
