//! Tests of server nonces for DPoP (RFC 9449 §8), if enabled.

use doorward_testkit::{Authorization, Stack, flows_with};
use serde_json::json;

use crate::support::{assert_oauth_error, code, tokens};
use crate::support_dpop::{Prover, claims, post, redeem, service_token};

const NONCES: &[(&str, &str)] = &[("DOORWARD__TOKENS__REQUIRE_DPOP_NONCE", "true")];
flows_with!(
    NONCES;
    rfc_9449_8_proof_without_nonce_gets_nonce,
    rfc_9449_8_2_nonces_rotate_and_previous_nonce_is_accepted,
    rfc_9449_8_pushed_request_requires_nonce,
);

fn proof(stack: &Stack, prover: &Prover, path: &str, nonce: &str) -> String {
    let mut claims = claims(stack, "POST", &stack.at(path));
    claims["nonce"] = json!(nonce);
    prover.sign(&claims)
}

/// Requests a token without a nonce and returns the nonce of the response.
async fn fetch_nonce(stack: &Stack, prover: &Prover) -> String {
    let page = service_token(stack, &[&prover.for_token(stack)]).await;
    assert_oauth_error(&page, 400, "use_dpop_nonce");
    let nonce = page.header("dpop-nonce").expect("a nonce").to_owned();
    // The nonce has the characters of NQCHAR (§8.1).
    assert!(
        nonce
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
    );
    nonce
}

async fn rfc_9449_8_proof_without_nonce_gets_nonce(stack: &Stack) {
    let prover = Prover::new();
    let nonce = fetch_nonce(stack, &prover).await;
    for wrong in ["another", &nonce[1..], ""] {
        let page = service_token(stack, &[&proof(stack, &prover, "/oauth2/token", wrong)]).await;
        let error = page.member("error");
        let expected = if wrong.is_empty() {
            "invalid_dpop_proof"
        } else {
            "use_dpop_nonce"
        };
        assert_eq!(error.as_deref(), Some(expected), "{}", page.dump());
    }
    let good = proof(stack, &prover, "/oauth2/token", &nonce);
    let page = service_token(stack, &[&good]).await;
    assert_eq!(tokens(&page)["token_type"], "DPoP");
    // The response has the next nonce (§8.2).
    assert_eq!(page.header("dpop-nonce"), Some(nonce.as_str()));
    // A proof with a nonce is valid once, too.
    let page = service_token(stack, &[&good]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    // The code was not consumed and works with a nonce.
    let client = &stack.seed.native;
    let code = code(stack, client, "openid").await;
    let page = redeem(stack, client, &code, &[&prover.for_token(stack)]).await;
    assert_oauth_error(&page, 400, "use_dpop_nonce");
    let again = proof(stack, &prover, "/oauth2/token", &nonce);
    tokens(&redeem(stack, client, &code, &[&again]).await);
    // A request without a proof needs no nonce.
    assert_eq!(
        tokens(&service_token(stack, &[]).await)["token_type"],
        "Bearer"
    );
}

async fn rfc_9449_8_2_nonces_rotate_and_previous_nonce_is_accepted(stack: &Stack) {
    let prover = Prover::new();
    let first = fetch_nonce(stack, &prover).await;
    stack.clock.advance(120);
    let second = fetch_nonce(stack, &prover).await;
    assert_ne!(first, second);
    for nonce in [&first, &second] {
        let proof = proof(stack, &prover, "/oauth2/token", nonce);
        tokens(&service_token(stack, &[&proof]).await);
    }
    stack.clock.advance(120);
    let late = proof(stack, &prover, "/oauth2/token", &first);
    assert_oauth_error(&service_token(stack, &[&late]).await, 400, "use_dpop_nonce");
}

async fn rfc_9449_8_pushed_request_requires_nonce(stack: &Stack) {
    let prover = Prover::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let fields = request.pairs();
    let push = async |proof: &str| {
        let client = &stack.seed.trusted;
        post(stack, "/oauth2/par", client, &fields, &[proof]).await
    };
    let page = push(&prover.for_post(stack, "/oauth2/par")).await;
    assert_oauth_error(&page, 400, "use_dpop_nonce");
    let nonce = page.header("dpop-nonce").expect("a nonce").to_owned();
    let page = push(&proof(stack, &prover, "/oauth2/par", &nonce)).await;
    assert_eq!(page.status, 201, "{}", page.dump());
}
