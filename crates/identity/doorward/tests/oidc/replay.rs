//! Tests that replays are rejected and audited (RFC 9449 §11.1, RFC 7523 §3).

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_protocol::client_auth::{ClientAuthMethod, JWT_BEARER};
use doorward_testkit::{Stack, both_backends, jwt};
use serde_json::json;

use crate::support::{assert_oauth_error, code, text, tokens};
use crate::support_dpop::{Prover, fetch, redeem, service_token, token};
use crate::support_keys::TestKey;

both_backends!(
    rfc_9449_11_1_copied_proof_with_token_is_in_log,
    rfc_9449_11_1_copied_proof_of_client_is_in_log,
    rfc_7523_3_copied_assertion_is_in_log,
);

async fn replays(stack: &Stack) -> Vec<AuditEvent> {
    stack.audited(AuditKind::ProofReplayed).await
}

async fn rfc_9449_11_1_copied_proof_with_token_is_in_log(stack: &Stack) {
    let client = &stack.seed.trusted;
    let usual = crate::support::sign_in(stack, client, "openid").await;
    let alice = text(&jwt::claims(&text(&usual, "id_token")), "sub");
    // The token has a pairwise subject; the audit log has the user's ID.
    let sector = Some("app.example".to_owned());
    stack
        .change_client(&client.id, |client| client.pairwise_sector = sector)
        .await;
    let prover = Prover::new();
    let code = code(stack, client, "openid").await;
    let answer = redeem(stack, client, &code, &[&prover.for_token(stack)]).await;
    let access = text(&tokens(&answer), "access_token");
    let address = stack.at("/oauth2/userinfo");
    let proof = prover.beside(stack, &access, &address);
    assert_eq!(
        fetch(&address, "DPoP", &access, &[&proof]).await.status,
        200
    );
    assert!(replays(stack).await.is_empty());
    for _ in 0..3 {
        let page = fetch(&address, "DPoP", &access, &[&proof]).await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    // Repeated replays give a single event.
    let [event] = &replays(stack).await[..] else {
        panic!("one event");
    };
    assert!(!event.success);
    assert_eq!(event.subject.as_deref(), Some(alice.as_str()));
    assert_eq!(event.client_id.as_deref(), Some(client.id.as_str()));
    assert_eq!(event.detail["proof"], "dpop");
    assert!(event.ip.is_some() && event.request_id.is_some());
}

async fn rfc_9449_11_1_copied_proof_of_client_is_in_log(stack: &Stack) {
    let prover = Prover::new();
    let proof = prover.for_token(stack);
    tokens(&service_token(stack, &[&proof]).await);
    assert_oauth_error(
        &service_token(stack, &[&proof]).await,
        400,
        "invalid_dpop_proof",
    );
    let [event] = &replays(stack).await[..] else {
        panic!("one event");
    };
    let service = stack.seed.service.id.as_str();
    assert_eq!(event.subject.as_deref(), Some(service));
    // Replays at public clients are not audited, because no credentials are needed to cause them.
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "none")];
    let proof = prover.for_token(stack);
    for _ in 0..2 {
        let page = token(stack, &stack.seed.native, &fields, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    assert_eq!(replays(stack).await.len(), 1);
}

async fn rfc_7523_3_copied_assertion_is_in_log(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    let service = &stack.seed.service;
    stack
        .change_client(&service.id, |client| {
            client.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
            client.jwks = Some(key.jwks());
        })
        .await;
    let now = stack.clock.now();
    let claims = json!({
        "iss": service.id, "sub": service.id, "aud": stack.issuer(), "jti": "once", "exp": now + 60,
    });
    let assertion = key.sign(None, &claims);
    let ask = async || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &assertion),
        ];
        let agent = doorward_testkit::UserAgent::new();
        agent.post(stack.at("/oauth2/token"), &fields).await
    };
    tokens(&ask().await);
    for _ in 0..2 {
        assert_oauth_error(&ask().await, 401, "invalid_client");
    }
    let [event] = &replays(stack).await[..] else {
        panic!("one event");
    };
    assert_eq!(event.detail["proof"], "client_assertion");
    assert_eq!(event.client_id.as_deref(), Some(service.id.as_str()));
}
