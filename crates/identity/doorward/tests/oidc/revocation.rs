//! Tests of revocation (RFC 7009).

use doorward_domain::model::AuditKind;
use doorward_testkit::{Stack, UserAgent, agent, flows};

use crate::support::{EVERYTHING, assert_oauth_error, is_active, sign_in, text, tokens, userinfo};

flows!(
    rfc_7009_2_1_refresh_token_revocation_ends_family,
    access_token_alone,
    rfc_7009_2_2_unknown_tokens_are_no_error,
    rfc_7009_2_1_rejects_revocation_by_foreign_client,
    public_client_revokes_own_token,
);

async fn rfc_7009_2_1_refresh_token_revocation_ends_family(stack: &Stack) {
    let client = &stack.seed.trusted;
    let first = sign_in(stack, client, EVERYTHING).await;
    let second = tokens(&stack.refresh(client, &text(&first, "refresh_token")).await);
    // A used refresh token also identifies the family.
    let old = text(&first, "refresh_token");
    let fields = [("token", old.as_str()), ("token_type_hint", "access_token")];
    assert_eq!(
        stack
            .as_client("/oauth2/revoke", client, &fields)
            .await
            .status,
        200
    );
    let page = stack.refresh(client, &text(&second, "refresh_token")).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    for json in [&first, &second] {
        assert_eq!(
            userinfo(stack, &text(json, "access_token")).await.status,
            401
        );
    }
}

async fn access_token_alone(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    assert!(is_active(stack, client, &token).await);
    let page = stack
        .as_client("/oauth2/revoke", client, &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!is_active(stack, client, &token).await);
    assert_eq!(userinfo(stack, &token).await.status, 401);
    // Revoking again is no error and no second event, and the refresh token stays valid.
    for _ in 0..3 {
        let page = stack
            .as_client("/oauth2/revoke", client, &[("token", &token)])
            .await;
        assert_eq!(page.status, 200, "{}", page.dump());
    }
    assert_eq!(stack.audited(AuditKind::TokenRevoked).await.len(), 1);
    tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
}

async fn rfc_7009_2_2_unknown_tokens_are_no_error(stack: &Stack) {
    for token in ["x", &"A".repeat(43), "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let fields = [("token", token), ("token_type_hint", "nothing_known")];
        let page = stack
            .as_client("/oauth2/revoke", &stack.seed.web, &fields)
            .await;
        assert_eq!(page.status, 200, "{}", page.dump());
    }
    let page = stack
        .as_client("/oauth2/revoke", &stack.seed.web, &[])
        .await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn rfc_7009_2_1_rejects_revocation_by_foreign_client(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    for name in ["access_token", "refresh_token"] {
        let token = text(&json, name);
        for other in [&stack.seed.web, &stack.seed.native] {
            let page = stack
                .as_client("/oauth2/revoke", other, &[("token", &token)])
                .await;
            assert!([200, 400].contains(&page.status), "{}", page.dump());
        }
        // Without credentials, the request is rejected.
        let agent = UserAgent::new();
        let request = agent
            .http()
            .post(stack.at("/oauth2/revoke"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(agent::encode([("token", token.as_str())]));
        assert_oauth_error(&agent.send(request).await, 401, "invalid_client");
    }
    assert!(is_active(stack, client, &text(&json, "access_token")).await);
    tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
}

async fn public_client_revokes_own_token(stack: &Stack) {
    let client = &stack.seed.native;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "refresh_token");
    let page = stack
        .as_client("/oauth2/revoke", client, &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_oauth_error(&stack.refresh(client, &token).await, 400, "invalid_grant");
}
