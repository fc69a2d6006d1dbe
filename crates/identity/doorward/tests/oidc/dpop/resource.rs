//! Tests of DPoP-bound tokens at the identity server: `UserInfo`, the JSON API, introspection (RFC
//! 9449 §6 and §7).

use doorward_access::jwt::dpop::token_hash;
use doorward_testkit::{Stack, UserAgent, both_backends, flows};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{code, text, tokens};
use crate::support_dpop::{Prover, challenges, claims, fetch, redeem, set};

both_backends!(rfc_9449_7_1_of_32_copies_of_proof_only_first_succeeds,);
flows!(
    rfc_9449_7_1_bound_token_with_proof_opens_userinfo,
    rfc_9449_7_1_each_wrong_proof_is_rejected_at_userinfo,
    rfc_9449_7_1_bound_token_is_no_bearer_token,
    rfc_9449_7_1_bearer_token_is_not_bound,
    rfc_9449_7_json_api_requires_proof,
    rfc_9449_6_2_introspection_returns_key_thumbprint,
);

/// Returns tokens of alice that are bound to this key.
async fn bound(stack: &Stack, prover: &Prover) -> Value {
    let client = &stack.seed.trusted;
    let code = code(stack, client, "openid profile email").await;
    tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await)
}

async fn access(stack: &Stack, prover: &Prover) -> String {
    text(&bound(stack, prover).await, "access_token")
}

async fn rfc_9449_7_1_bound_token_with_proof_opens_userinfo(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &prover).await;
    let address = stack.at("/oauth2/userinfo");
    for scheme in ["DPoP", "dpop"] {
        let proof = prover.beside(stack, &token, &address);
        let page = fetch(&address, scheme, &token, &[&proof]).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(page.json()["sub"].is_string());
    }
    // A POST needs a proof with that method.
    let mut claims = claims(stack, "POST", &address);
    claims["ath"] = json!(token_hash(&token));
    let agent = UserAgent::new();
    let request = agent.http().post(&address);
    let request = request.header("authorization", format!("DPoP {token}"));
    let page = agent
        .send(request.header("dpop", prover.sign(&claims)))
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9449_7_1_each_wrong_proof_is_rejected_at_userinfo(stack: &Stack) {
    let (prover, thief) = (Prover::new(), Prover::new());
    let token = access(stack, &prover).await;
    let address = stack.at("/oauth2/userinfo");
    let good = || {
        let mut claims = claims(stack, "GET", &address);
        claims["ath"] = json!(token_hash(&token));
        claims
    };
    let now = good()["iat"].as_i64().unwrap();
    for (name, value) in [
        ("ath", json!(null)),
        ("ath", json!(token_hash("another"))),
        ("ath", json!("")),
        ("jti", json!(null)),
        ("htm", json!("POST")),
        ("htu", json!(stack.at("/oauth2/token"))),
        ("iat", json!(now - 61)),
        ("iat", json!(now + 62)),
    ] {
        let mut claims = good();
        set(&mut claims, name, &value);
        let page = fetch(&address, "DPoP", &token, &[&prover.sign(&claims)]).await;
        assert_eq!(page.status, 401, "{name}: {}", page.dump());
        let [challenge] = &challenges(&page)[..] else {
            panic!("one challenge: {}", page.dump());
        };
        assert!(challenge.starts_with("DPoP algs=\""), "{challenge}");
        assert!(
            challenge.contains("error=\"invalid_dpop_proof\""),
            "{challenge}"
        );
    }
    let [one, two] = [(), ()].map(|()| prover.sign(&good()));
    for proofs in [&[][..], &[one.as_str(), two.as_str()]] {
        let page = fetch(&address, "DPoP", &token, proofs).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert_eq!(page.member("error").as_deref(), Some("invalid_dpop_proof"));
    }
    // A proof with another key means that the token is not the sender's (RFC 9449 §7.1).
    let page = fetch(&address, "DPoP", &token, &[&thief.sign(&good())]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(page.member("error").as_deref(), Some("invalid_token"));
    let page = fetch(&address, "DPoP", &token, &[&one]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9449_7_1_bound_token_is_no_bearer_token(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &prover).await;
    let address = stack.at("/oauth2/userinfo");
    let proof = prover.beside(stack, &token, &address);
    for proofs in [&[][..], &[proof.as_str()]] {
        let page = fetch(&address, "Bearer", &token, proofs).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert_eq!(page.member("error").as_deref(), Some("invalid_token"));
        let challenge = &challenges(&page)[0];
        assert!(challenge.starts_with("DPoP algs=\"ES256 "), "{challenge}");
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    // A form parameter is not accepted either (RFC 6750 §2.2).
    let page = UserAgent::new()
        .post(&address, &[("access_token", token.as_str())])
        .await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(page.member("error").as_deref(), Some("invalid_token"));
    // Without a token, the challenge names both schemes (RFC 9449 §7.2).
    let page = UserAgent::new().get(&address).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let named = challenges(&page);
    assert!(named[0].starts_with("Bearer "), "{named:?}");
    assert!(named[1].starts_with("DPoP algs=\""), "{named:?}");
}

async fn rfc_9449_7_1_bearer_token_is_not_bound(stack: &Stack) {
    let prover = Prover::new();
    let client = &stack.seed.trusted;
    let code = code(stack, client, "openid").await;
    let token = text(
        &tokens(&redeem(stack, client, &code, &[]).await),
        "access_token",
    );
    let address = stack.at("/oauth2/userinfo");
    let proof = prover.beside(stack, &token, &address);
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(page.member("error").as_deref(), Some("invalid_token"));
    let page = fetch(&address, "Bearer", &token, &[]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9449_7_1_of_32_copies_of_proof_only_first_succeeds(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &prover).await;
    let address = stack.at("/oauth2/userinfo");
    let proof = prover.beside(stack, &token, &address);
    let proofs = [proof.as_str()];
    let pages = join_all((0..32).map(|_| fetch(&address, "DPoP", &token, &proofs))).await;
    let opened = pages.iter().filter(|page| page.status == 200).count();
    let rejected = pages.iter().filter(|page| page.status == 401).count();
    assert_eq!((opened, rejected), (1, 31));
}

async fn rfc_9449_7_json_api_requires_proof(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &prover).await;
    let address = stack.at("/api/auth/sessions");
    let page = fetch(&address, "Bearer", &token, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(challenges(&page)[0].starts_with("DPoP algs=\""));
    let page = fetch(&address, "DPoP", &token, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(challenges(&page)[0].contains("invalid_dpop_proof"));
    let proof = prover.beside(stack, &token, &address);
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // The administration API also checks the binding first.
    let address = stack.at("/api/admin/users");
    let page = fetch(&address, "Bearer", &token, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let proof = prover.beside(stack, &token, &address);
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}

async fn rfc_9449_6_2_introspection_returns_key_thumbprint(stack: &Stack) {
    let prover = Prover::new();
    for client in [&stack.seed.trusted, &stack.seed.opaque] {
        let code = code(stack, client, "openid").await;
        let answer = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
        let token = text(&answer, "access_token");
        let fields = [("token", token.as_str())];
        let page = stack.as_client("/oauth2/introspect", client, &fields).await;
        let received = page.json();
        assert_eq!(received["active"], true, "{received}");
        assert_eq!(received["token_type"], "DPoP", "{received}");
        assert_eq!(
            received["cnf"],
            json!({ "jkt": prover.jkt() }),
            "{received}"
        );
    }
}
