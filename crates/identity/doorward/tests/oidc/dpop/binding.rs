//! Tests of authorization codes bound to a DPoP key (RFC 9449 §10 and §10.1).

use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows, jwt};

use crate::support::{assert_oauth_error, text, tokens};
use crate::support_dpop::{Prover, post, redeem};

flows!(
    rfc_9449_10_code_with_dpop_jkt_requires_bound_key,
    rfc_9449_10_rejects_invalid_thumbprint,
    rfc_9449_10_1_proof_with_pushed_request_binds_code,
    rfc_9449_10_1_proof_and_parameter_have_to_agree,
);

/// Pushes a request of the trusted client.
async fn push(stack: &Stack, request: &Authorization, proofs: &[&str]) -> Page {
    let pairs = request.pairs();
    let own = pairs.iter().filter(|(name, _)| *name != "client_id");
    let mut fields: Vec<_> = own.copied().collect();
    fields.push(("client_id", &stack.seed.trusted.id));
    post(stack, "/oauth2/par", &stack.seed.trusted, &fields, proofs).await
}

fn asked(stack: &Stack) -> Authorization {
    Authorization::new(stack.issuer(), &stack.seed.trusted)
}

/// Completes a pushed request and returns its code.
async fn code_of(stack: &Stack, pushed: &Page) -> String {
    assert_eq!(pushed.status, 201, "{}", pushed.dump());
    let name = text(&pushed.json(), "request_uri");
    let request = asked(stack).pushed_as(&name);
    request.complete(&UserAgent::new(), "alice").await.code()
}

async fn rfc_9449_10_code_with_dpop_jkt_requires_bound_key(stack: &Stack) {
    let (prover, thief) = (Prover::new(), Prover::new());
    let client = &stack.seed.native;
    let request = Authorization::new(stack.issuer(), client).with("dpop_jkt", &prover.jkt());
    for (proof, error) in [
        (Some(&thief), "invalid_grant"),
        (None, "invalid_dpop_proof"),
    ] {
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let proof = proof.map(|prover| prover.for_token(stack));
        let proofs: Vec<_> = proof.iter().map(String::as_str).collect();
        let page = redeem(stack, client, &code, &proofs).await;
        assert_oauth_error(&page, 400, error);
        // The attempt has consumed the code (RFC 6749 §4.1.2).
        let page = redeem(stack, client, &code, &[&prover.for_token(stack)]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let answer = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    let token = jwt::claims(&text(&answer, "access_token"));
    assert_eq!(token["cnf"]["jkt"], prover.jkt());
}

async fn rfc_9449_10_rejects_invalid_thumbprint(stack: &Stack) {
    for wrong in ["abc", &"a".repeat(44), &format!("{}=", "a".repeat(42))] {
        let request = asked(stack).with("dpop_jkt", wrong);
        let answer = request.start(&UserAgent::new()).await.expect_client();
        assert_eq!(answer["error"], "invalid_request", "{wrong}");
        let page = push(stack, &request, &[]).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
}

async fn rfc_9449_10_1_proof_with_pushed_request_binds_code(stack: &Stack) {
    let (prover, thief) = (Prover::new(), Prover::new());
    let client = &stack.seed.trusted;
    for _ in 0..2 {
        let proof = prover.for_post(stack, "/oauth2/par");
        let pushed = push(stack, &asked(stack), &[&proof]).await;
        let code = code_of(stack, &pushed).await;
        let page = redeem(stack, client, &code, &[&thief.for_token(stack)]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
    }
    let proof = prover.for_post(stack, "/oauth2/par");
    let pushed = push(stack, &asked(stack), &[&proof]).await;
    let code = code_of(stack, &pushed).await;
    let answer = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    assert_eq!(answer["token_type"], "DPoP");
    // A proof is valid for one endpoint, and once.
    for proof in [proof, prover.for_token(stack), "abc".to_owned()] {
        let page = push(stack, &asked(stack), &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
}

async fn rfc_9449_10_1_proof_and_parameter_have_to_agree(stack: &Stack) {
    let (prover, other) = (Prover::new(), Prover::new());
    let proof = prover.for_post(stack, "/oauth2/par");
    let request = asked(stack).with("dpop_jkt", &other.jkt());
    let page = push(stack, &request, &[&proof]).await;
    assert_oauth_error(&page, 400, "invalid_request");
    let proof = prover.for_post(stack, "/oauth2/par");
    let request = asked(stack).with("dpop_jkt", &prover.jkt());
    let pushed = push(stack, &request, &[&proof]).await;
    let code = code_of(stack, &pushed).await;
    let page = redeem(stack, &stack.seed.trusted, &code, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
}
