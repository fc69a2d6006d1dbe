//! Tests of authorization codes: one use, one client, one redirect URI, one minute (RFC 6749
//! §4.1.2, §10.10).

use doorward_domain::model::AuditKind;
use doorward_testkit::{Stack, both_backends};
use futures_util::future::join_all;

use crate::support::{
    EVERYTHING, assert_oauth_error, code, is_active, text, tokens, unless_busy, userinfo,
};

both_backends!(
    rfc_6749_4_1_2_of_64_concurrent_uses_only_first_succeeds,
    replay_revokes_all_tokens_of_code,
    replay_by_second_client_revokes_tokens,
    repeated_replays_record_single_event,
    rfc_6749_4_1_3_code_is_bound_to_client_and_redirect_uri,
    rfc_6749_4_1_2_code_expires_after_minute,
    unknown_codes_are_invalid_grants,
    disabled_user_gets_no_tokens,
);

async fn rfc_6749_4_1_2_of_64_concurrent_uses_only_first_succeeds(stack: &Stack) {
    let client = &stack.seed.trusted;
    let code = code(stack, client, EVERYTHING).await;
    let exchange = async || stack.exchange(client, &code).await;
    let pages = join_all((0..64).map(|_| unless_busy(&exchange))).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 200);
    assert_eq!(good.len(), 1, "{}", good.len());
    for page in &bad {
        assert_oauth_error(page, 400, "invalid_grant");
    }
    // A concurrent use may be theft, so all tokens of the code are revoked.
    let json = good[0].json();
    let refreshed = stack.refresh(client, &text(&json, "refresh_token")).await;
    assert_oauth_error(&refreshed, 400, "invalid_grant");
    assert_eq!(
        userinfo(stack, &text(&json, "access_token")).await.status,
        401
    );
    assert!(!is_active(stack, client, &text(&json, "access_token")).await);
}

async fn replay_revokes_all_tokens_of_code(stack: &Stack) {
    let client = &stack.seed.trusted;
    let code = code(stack, client, EVERYTHING).await;
    let first = tokens(&stack.exchange(client, &code).await);
    let second = tokens(&stack.refresh(client, &text(&first, "refresh_token")).await);
    assert_oauth_error(&stack.exchange(client, &code).await, 400, "invalid_grant");
    for token in [&first, &second] {
        let page = stack.refresh(client, &text(token, "refresh_token")).await;
        assert_oauth_error(&page, 400, "invalid_grant");
        assert!(!is_active(stack, client, &text(token, "access_token")).await);
    }
}

async fn replay_by_second_client_revokes_tokens(stack: &Stack) {
    let client = &stack.seed.trusted;
    let code = code(stack, client, EVERYTHING).await;
    let first = tokens(&stack.exchange(client, &code).await);
    let page = stack.exchange(&stack.seed.web, &code).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let page = stack.refresh(client, &text(&first, "refresh_token")).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn repeated_replays_record_single_event(stack: &Stack) {
    let client = &stack.seed.trusted;
    let used = code(stack, client, EVERYTHING).await;
    tokens(&stack.exchange(client, &used).await);
    // Any public client may present a used code repeatedly, which must not fill the audit log.
    for _ in 0..5 {
        let page = stack.exchange(&stack.seed.native, &used).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    assert_eq!(stack.audited(AuditKind::CodeReplayed).await.len(), 1);
    let misused = code(stack, client, EVERYTHING).await;
    for _ in 0..5 {
        let page = stack.exchange(&stack.seed.native, &misused).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    assert_eq!(stack.audited(AuditKind::CodeMisused).await.len(), 1);
    assert_eq!(stack.audited(AuditKind::CodeReplayed).await.len(), 1);
}

async fn rfc_6749_4_1_3_code_is_bound_to_client_and_redirect_uri(stack: &Stack) {
    let client = &stack.seed.trusted;
    let stolen = code(stack, client, "openid").await;
    let page = stack.exchange(&stack.seed.web, &stolen).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    assert_oauth_error(&stack.exchange(client, &stolen).await, 400, "invalid_grant");
    for wrong in ["", "https://trusted.example/cb/", "https://evil.example/cb"] {
        let code = code(stack, client, "openid").await;
        let mut other = client.clone();
        wrong.clone_into(&mut other.redirect_uri);
        let page = stack.exchange(&other, &code).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
}

async fn rfc_6749_4_1_2_code_expires_after_minute(stack: &Stack) {
    let client = &stack.seed.trusted;
    let young = code(stack, client, "openid").await;
    stack.clock.advance(59);
    tokens(&stack.exchange(client, &young).await);
    let old = code(stack, client, "openid").await;
    stack.clock.advance(60);
    assert_oauth_error(&stack.exchange(client, &old).await, 400, "invalid_grant");
}

async fn unknown_codes_are_invalid_grants(stack: &Stack) {
    let client = &stack.seed.trusted;
    let real = code(stack, client, "openid").await;
    for unknown in [
        "x".to_owned(),
        "A".repeat(43),
        real.to_uppercase(),
        format!("{real}="),
    ] {
        let page = stack.exchange(client, &unknown).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    tokens(&stack.exchange(client, &real).await);
}

async fn disabled_user_gets_no_tokens(stack: &Stack) {
    let client = &stack.seed.trusted;
    let before = tokens(
        &stack
            .exchange(client, &code(stack, client, EVERYTHING).await)
            .await,
    );
    let code = code(stack, client, EVERYTHING).await;
    stack.disable_user("alice").await;
    assert_oauth_error(&stack.exchange(client, &code).await, 400, "invalid_grant");
    let page = stack.refresh(client, &text(&before, "refresh_token")).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    assert_eq!(
        userinfo(stack, &text(&before, "access_token")).await.status,
        401
    );
    assert!(!is_active(stack, client, &text(&before, "access_token")).await);
}
