//! Introspection (RFC 7662, OA-15): for the owner of the token, and for nobody else.

use doorward_testkit::{Stack, both_backends, jwt};

use crate::support::{EVERYTHING, assert_not_stored, assert_oauth_error, is_active, sign_in, text};

both_backends!(
    an_active_token_is_described,
    a_refresh_token_is_described_to_its_client,
    others_learn_nothing,
    dead_tokens_are_inactive,
);

async fn an_active_token_is_described(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    let page = stack
        .as_client("/oauth2/introspect", client, &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.shown());
    assert_not_stored(&page);
    let (answer, claims) = (page.json(), jwt::claims(&token));
    assert_eq!(answer["active"], true);
    for name in [
        "sub",
        "client_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "scope",
        "aud",
    ] {
        let single = answer[name].as_array().and_then(|list| list.first());
        assert!(
            answer[name] == claims[name] || single == Some(&claims[name]),
            "{name}: {answer}"
        );
    }
    assert_eq!(answer["username"], "alice");
    assert_eq!(answer["token_type"], "Bearer");
}

async fn a_refresh_token_is_described_to_its_client(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "refresh_token");
    assert!(is_active(stack, client, &token).await);
    stack.refresh(client, &token).await;
    assert!(
        !is_active(stack, client, &token).await,
        "a spent one is not"
    );
}

async fn others_learn_nothing(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    for name in ["access_token", "refresh_token"] {
        let token = text(&json, name);
        let page = stack
            .as_client("/oauth2/introspect", &stack.seed.web, &[("token", &token)])
            .await;
        assert_eq!(page.json(), serde_json::json!({"active": false}), "{name}");
    }
    // A client that cannot prove itself gets no answer (RFC 7662 §2.1).
    let token = text(&json, "access_token");
    let page = stack
        .as_client(
            "/oauth2/introspect",
            &stack.seed.native,
            &[("token", &token)],
        )
        .await;
    assert!([400, 401, 403].contains(&page.status), "{}", page.shown());
}

async fn dead_tokens_are_inactive(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    let forged = jwt::with_claims(&token, |claims| claims["sub"] = "mona".into());
    for dead in ["x", "", &forged, &text(&json, "id_token")] {
        let page = stack
            .as_client("/oauth2/introspect", client, &[("token", dead)])
            .await;
        if dead.is_empty() {
            assert_oauth_error(&page, 400, "invalid_request");
        } else {
            assert_eq!(page.json(), serde_json::json!({"active": false}), "{dead}");
        }
    }
    stack.clock.advance(299);
    assert!(is_active(stack, client, &token).await);
    stack.clock.advance(1);
    assert!(!is_active(stack, client, &token).await);
}
