//! Tests of refresh: a retry never signs a user out, and a stolen token is always detected (RFC
//! 9700 §4.14.2).

use std::collections::BTreeSet;

use doorward_testkit::{Backend, Stack, both_backends, flows, jwt, stack};
use futures_util::future::join_all;

use crate::support::{
    EVERYTHING, assert_oauth_error, is_active, sign_in, text, tokens, unless_busy,
};

both_backends!(hundred_concurrent_refreshes_get_same_successor,);
flows!(
    repeat_within_grace_gets_same_successor,
    rfc_6749_6_repeat_after_grace_revokes_family,
    replay_after_use_of_successor_revokes_family,
    grandparent_is_reuse_even_at_once,
    absolute_end_never_moves,
    unused_token_expires_and_use_keeps_family_alive,
    scope_may_narrow_and_never_widen,
    rfc_8707_2_2_audience_may_narrow_and_never_widen,
    rfc_6749_6_token_is_bound_to_client,
    rfc_6749_6_public_client_rotates_too,
    core_12_refreshed_token_keeps_facts_of_sign_in,
    core_12_2_refresh_returns_id_token_of_sign_in,
    core_12_refresh_without_openid_returns_no_id_token,
    narrower_refresh_narrows_id_token,
    refresh_token_without_offline_access_ends_with_session,
);

const DAY: i64 = 86_400;

fn refresh_token(json: &serde_json::Value) -> String {
    text(json, "refresh_token")
}

async fn hundred_concurrent_refreshes_get_same_successor(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let refresh = async || stack.refresh(client, &first).await;
    let pages = join_all((0..100).map(|_| unless_busy(&refresh))).await;
    let successors: BTreeSet<_> = pages
        .iter()
        .map(|page| refresh_token(&tokens(page)))
        .collect();
    assert_eq!(successors.len(), 1);
    let successor = successors.first().unwrap();
    assert_ne!(*successor, first);
    tokens(&stack.refresh(client, successor).await);
}

async fn repeat_within_grace_gets_same_successor(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
    stack.clock.advance(9);
    let again = refresh_token(&tokens(&stack.refresh(client, &first).await));
    assert_eq!(second, again);
    // The family is still valid.
    tokens(&stack.refresh(client, &second).await);
}

async fn rfc_6749_6_repeat_after_grace_revokes_family(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let answer = tokens(&stack.refresh(client, &first).await);
    stack.clock.advance(11);
    assert_oauth_error(&stack.refresh(client, &first).await, 400, "invalid_grant");
    let page = stack.refresh(client, &refresh_token(&answer)).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    assert!(!is_active(stack, client, &text(&answer, "access_token")).await);
}

async fn replay_after_use_of_successor_revokes_family(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
    let third = refresh_token(&tokens(&stack.refresh(client, &second).await));
    // Within the grace period, but the successor was used: two parties have the family.
    assert_oauth_error(&stack.refresh(client, &first).await, 400, "invalid_grant");
    assert_oauth_error(&stack.refresh(client, &third).await, 400, "invalid_grant");
    assert_oauth_error(&stack.refresh(client, &second).await, 400, "invalid_grant");
}

async fn grandparent_is_reuse_even_at_once(stack: &Stack) {
    let client = &stack.seed.native;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
    let third = refresh_token(&tokens(&stack.refresh(client, &second).await));
    let again = refresh_token(&tokens(&stack.refresh(client, &second).await));
    assert_eq!(third, again, "a retry with the predecessor succeeds");
    assert_oauth_error(&stack.refresh(client, &first).await, 400, "invalid_grant");
    assert_oauth_error(&stack.refresh(client, &third).await, 400, "invalid_grant");
}

async fn absolute_end_never_moves(stack: &Stack) {
    let client = &stack.seed.trusted;
    let mut token = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    // The family ends 180 days after the consent, however often it was used.
    for _ in 0..8 {
        stack.clock.advance(20 * DAY);
        token = refresh_token(&tokens(&stack.refresh(client, &token).await));
    }
    stack.clock.advance(20 * DAY - 1);
    token = refresh_token(&tokens(&stack.refresh(client, &token).await));
    stack.clock.advance(1);
    assert_oauth_error(&stack.refresh(client, &token).await, 400, "invalid_grant");
}

async fn unused_token_expires_and_use_keeps_family_alive(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    stack.clock.advance(30 * DAY - 1);
    let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
    stack.clock.advance(30 * DAY);
    assert_oauth_error(&stack.refresh(client, &second).await, 400, "invalid_grant");
}

async fn scope_may_narrow_and_never_widen(stack: &Stack) {
    let client = &stack.seed.trusted;
    let scope = "openid offline_access tasks:read tasks:write";
    let first = refresh_token(&sign_in(stack, client, scope).await);
    let ask = async |token: &str, scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        stack.token(client, &fields).await
    };
    let narrow = tokens(&ask(&first, "tasks:read").await);
    assert_eq!(
        jwt::claims(&text(&narrow, "access_token"))["scope"],
        "tasks:read"
    );
    let second = refresh_token(&narrow);
    let page = ask(&second, "tasks:read tasks:delete").await;
    assert_oauth_error(&page, 400, "invalid_scope");
    // The refresh token keeps the full granted scope, and a rejected request has not consumed it
    // (RFC 6749 §6).
    let whole = tokens(&ask(&second, scope).await);
    let granted = jwt::claims(&text(&whole, "access_token"))["scope"].clone();
    assert!(
        granted.as_str().unwrap().contains("tasks:write"),
        "{granted}"
    );
}

async fn rfc_8707_2_2_audience_may_narrow_and_never_widen(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, "openid offline_access tasks:read").await);
    let ask = async |resource: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", first.as_str()),
            ("resource", resource),
        ];
        stack.token(client, &fields).await
    };
    assert_oauth_error(&ask("https://other.example/").await, 400, "invalid_target");
    let same = tokens(&ask(&stack.seed.audience).await);
    assert_eq!(
        jwt::claims(&text(&same, "access_token"))["aud"],
        stack.seed.audience.as_str()
    );
}

async fn rfc_6749_6_token_is_bound_to_client(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    for other in [&stack.seed.web, &stack.seed.native, &stack.seed.post] {
        assert_oauth_error(&stack.refresh(other, &first).await, 400, "invalid_grant");
    }
    for nonsense in ["x", "", &"A".repeat(43), &first.to_lowercase()] {
        let page = stack.refresh(client, nonsense).await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    // Other clients' attempts with a stolen token do not revoke the family.
    tokens(&stack.refresh(client, &first).await);
}

async fn rfc_6749_6_public_client_rotates_too(stack: &Stack) {
    let client = &stack.seed.native;
    let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
    let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
    assert_ne!(first, second);
}

async fn core_12_refreshed_token_keeps_facts_of_sign_in(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = sign_in(stack, client, EVERYTHING).await;
    stack.clock.advance(1000);
    let second = tokens(&stack.refresh(client, &refresh_token(&first)).await);
    let [old, new] = [&first, &second].map(|json| jwt::claims(&text(json, "access_token")));
    for claim in [
        "iss",
        "sub",
        "aud",
        "client_id",
        "auth_time",
        "acr",
        "amr",
        "sid",
        "scope",
    ] {
        assert_eq!(old[claim], new[claim], "{claim}");
    }
    assert_eq!(
        new["iat"].as_i64(),
        old["iat"].as_i64().map(|iat| iat + 1000)
    );
}

async fn core_12_2_refresh_returns_id_token_of_sign_in(stack: &Stack) {
    for client in [&stack.seed.trusted, &stack.seed.native] {
        let first = sign_in(stack, client, EVERYTHING).await;
        let old = jwt::claims(&text(&first, "id_token"));
        assert!(old["nonce"].is_string(), "{old}");
        stack.clock.advance(1000);
        let mut answer = tokens(&stack.refresh(client, &refresh_token(&first)).await);
        stack.clock.advance(1000);
        answer = tokens(&stack.refresh(client, &refresh_token(&answer)).await);
        let new = jwt::claims(&text(&answer, "id_token"));
        for claim in ["iss", "sub", "aud", "auth_time", "azp", "sid", "acr", "amr"] {
            assert!(!old[claim].is_null(), "{claim}: {old}");
            assert_eq!(old[claim], new[claim], "{claim}");
        }
        assert!(new.get("nonce").is_none(), "{new}");
        for claim in ["iat", "exp"] {
            let later = old[claim].as_i64().map(|time| time + 2000);
            assert_eq!(new[claim].as_i64(), later, "{claim}");
        }
        assert_ne!(old["at_hash"], new["at_hash"]);
    }
}

/// Without `openid` in its scope, a refresh is no OpenID Connect request (OIDC Core §3.1.2.1).
async fn core_12_refresh_without_openid_returns_no_id_token(stack: &Stack) {
    let client = &stack.seed.trusted;
    let plain = sign_in(stack, client, "offline_access tasks:read").await;
    let answer = tokens(&stack.refresh(client, &refresh_token(&plain)).await);
    assert!(answer.get("id_token").is_none(), "{answer}");
    let whole = sign_in(stack, client, EVERYTHING).await;
    let token = refresh_token(&whole);
    let narrow = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("scope", "tasks:read"),
    ];
    let answer = tokens(&stack.token(client, &narrow).await);
    assert!(answer.get("id_token").is_none(), "{answer}");
    let answer = tokens(&stack.refresh(client, &refresh_token(&answer)).await);
    assert!(answer["id_token"].is_string(), "{answer}");
}

/// The ID token contains no more than the scope of its response, as `/oauth2/userinfo` does.
async fn narrower_refresh_narrows_id_token(stack: &Stack) {
    let client = &stack.seed.trusted;
    let whole = sign_in(stack, client, "openid profile email offline_access").await;
    let token = refresh_token(&whole);
    let ask = async |token: &str, scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        tokens(&stack.token(client, &fields).await)
    };
    let old = jwt::claims(&text(&whole, "id_token"));
    assert!(
        old["email"].is_string() && old["preferred_username"].is_string(),
        "{old}"
    );
    let narrow = ask(&token, "openid email").await;
    let new = jwt::claims(&text(&narrow, "id_token"));
    assert_eq!(new["email"], old["email"]);
    assert!(new.get("preferred_username").is_none(), "{new}");
    let least = ask(&refresh_token(&narrow), "openid").await;
    let new = jwt::claims(&text(&least, "id_token"));
    assert_eq!(new["sub"], old["sub"]);
    assert!(new.get("email").is_none(), "{new}");
    // Only the response was narrowed, not the grant.
    let again = tokens(&stack.refresh(client, &refresh_token(&least)).await);
    let new = jwt::claims(&text(&again, "id_token"));
    for claim in ["email", "preferred_username"] {
        assert_eq!(new[claim], old[claim], "{claim}");
    }
}

async fn refresh_token_without_offline_access_ends_with_session(stack: &Stack) {
    let client = &stack.seed.trusted;
    let bound = sign_in(stack, client, "openid tasks:read").await;
    let Some(token) = bound["refresh_token"].as_str() else {
        return; // No ID token was issued, which is stricter still.
    };
    stack.end_sessions("alice").await;
    assert_oauth_error(&stack.refresh(client, token).await, 400, "invalid_grant");
}

#[test]
fn without_grace_every_repeat_is_theft() {
    let settings = [("DOORWARD__TOKENS__REFRESH_GRACE", "0")];
    stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        let client = &stack.seed.trusted;
        let first = refresh_token(&sign_in(stack, client, EVERYTHING).await);
        let second = refresh_token(&tokens(&stack.refresh(client, &first).await));
        assert_oauth_error(&stack.refresh(client, &first).await, 400, "invalid_grant");
        assert_oauth_error(&stack.refresh(client, &second).await, 400, "invalid_grant");
    });
}
