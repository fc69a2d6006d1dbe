//! Tests of refresh tokens in the former format, with one row each: an upgrade signs no user out.

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_testkit::{Stack, both_backends, former_tokens};

use crate::support::{EVERYTHING, assert_oauth_error, is_active, sign_in, text, tokens};

both_backends!(
    former_token_works_once_and_gives_current_format,
    repeat_within_grace_gets_same_successor,
    reuse_after_use_of_successor_revokes_grant,
    predecessor_of_unused_former_token_repeats,
    former_token_is_introspected_and_revoked,
);

/// Texts in the former format: 256 bits as 43 characters.
const FIRST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const SECOND: &str = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";

/// Signs in, and stores the refresh token as the former release did, with these texts: each but the
/// last was consumed just now and replaced by the next.
async fn upgraded(stack: &Stack, family: &[&str]) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let current = text(&json, "refresh_token");
    former_tokens::store_family(&stack.storage().identity, &current, family).await;
}

/// Refreshes, and returns the new refresh token.
async fn refreshed(stack: &Stack, token: &str) -> String {
    let page = stack.refresh(&stack.seed.trusted, token).await;
    text(&tokens(&page), "refresh_token")
}

async fn is_rejected(stack: &Stack, token: &str) {
    let page = stack.refresh(&stack.seed.trusted, token).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn former_token_works_once_and_gives_current_format(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    let parsed = RefreshTokenText::parse(&second).expect("the current format");
    assert_eq!(parsed.generation(), 1);
    let third = refreshed(stack, &second).await;
    assert_eq!(RefreshTokenText::parse(&third).unwrap().generation(), 2);
    is_rejected(stack, FIRST).await;
}

async fn repeat_within_grace_gets_same_successor(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    stack.clock.advance(9);
    assert_eq!(refreshed(stack, FIRST).await, second);
    refreshed(stack, &second).await;
}

async fn reuse_after_use_of_successor_revokes_grant(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    let third = refreshed(stack, &second).await;
    is_rejected(stack, FIRST).await;
    is_rejected(stack, &third).await;
}

/// The upgrade happened between a lost response and its repetition.
async fn predecessor_of_unused_former_token_repeats(stack: &Stack) {
    upgraded(stack, &[FIRST, SECOND]).await;
    assert_eq!(refreshed(stack, FIRST).await, SECOND);
    let third = refreshed(stack, SECOND).await;
    is_rejected(stack, FIRST).await;
    is_rejected(stack, &third).await;
}

async fn former_token_is_introspected_and_revoked(stack: &Stack) {
    let client = &stack.seed.trusted;
    upgraded(stack, &[FIRST]).await;
    assert!(is_active(stack, client, FIRST).await);
    let fields = [("token", FIRST)];
    let page = stack.as_client("/oauth2/revoke", client, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!is_active(stack, client, FIRST).await);
    is_rejected(stack, FIRST).await;
}
