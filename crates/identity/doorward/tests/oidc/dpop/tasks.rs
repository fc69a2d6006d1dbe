//! Tests of DPoP-bound tokens at the tasks API (RFC 9449 §7, RFC 9728 §2), a resource server that
//! depends only on the access crate.

use doorward_access::jwt::dpop::token_hash;
use doorward_testkit::{Stack, TestClient, UserAgent, both_backends, flows, flows_with};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{EVERYTHING, code, sign_in, text, tokens};
use crate::support_dpop::{Prover, challenges, claims, fetch, redeem, set};

both_backends!(rfc_9449_11_1_of_32_copies_first_alone_opens_tasks_api,);
flows!(
    rfc_9449_7_1_tasks_api_requires_proof_for_bound_token,
    rfc_9449_7_1_each_wrong_proof_is_rejected_at_tasks_api,
    rfc_9449_6_2_bound_reference_token_requires_proof,
    rfc_9728_2_metadata_lists_algorithms,
);
const REQUIRED: &[(&str, &str)] = &[("DOORWARD__TASKS__REQUIRE_DPOP", "true")];
flows_with!(REQUIRED; rfc_9728_2_service_may_want_bound_tokens_only);

async fn access(stack: &Stack, client: &TestClient, prover: &Prover) -> String {
    let code = code(stack, client, EVERYTHING).await;
    let answer = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    text(&answer, "access_token")
}

async fn rfc_9449_7_1_tasks_api_requires_proof_for_bound_token(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &stack.seed.trusted, &prover).await;
    let address = stack.at_tasks("/api/tasks/");
    let proof = prover.beside(stack, &token, &address);
    for proofs in [&[][..], &[proof.as_str()]] {
        let page = fetch(&address, "Bearer", &token, proofs).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        let challenge = &challenges(&page)[0];
        assert!(challenge.starts_with("DPoP algs=\"ES256 "), "{challenge}");
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    let page = fetch(&format!("{address}?limit=5"), "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    // A proof is valid once.
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(challenges(&page)[0].contains("error=\"invalid_dpop_proof\""));
    // Without a token, the challenge names both schemes.
    let named = challenges(&UserAgent::new().get(&address).await);
    assert!(named[0].starts_with("Bearer "), "{named:?}");
    assert!(named[1].starts_with("DPoP algs=\""), "{named:?}");
    // A bearer token is not bound to a key.
    let bearer = text(
        &sign_in(stack, &stack.seed.trusted, EVERYTHING).await,
        "access_token",
    );
    let proof = prover.beside(stack, &bearer, &address);
    let page = fetch(&address, "DPoP", &bearer, &[&proof]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = fetch(&address, "Bearer", &bearer, &[]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9449_7_1_each_wrong_proof_is_rejected_at_tasks_api(stack: &Stack) {
    let (prover, thief) = (Prover::new(), Prover::new());
    let token = access(stack, &stack.seed.trusted, &prover).await;
    let address = stack.at_tasks("/api/tasks/");
    let good = || {
        let mut claims = claims(stack, "GET", &address);
        claims["ath"] = json!(token_hash(&token));
        claims
    };
    let now = good()["iat"].as_i64().unwrap();
    for (name, value) in [
        ("ath", json!(null)),
        ("ath", json!(token_hash("another"))),
        ("jti", json!(null)),
        ("htm", json!("POST")),
        ("htu", json!(stack.at_tasks("/api/projects/"))),
        ("htu", json!(stack.at("/api/tasks/"))),
        ("iat", json!(now - 61)),
        ("iat", json!(now + 62)),
    ] {
        let mut claims = good();
        set(&mut claims, name, &value);
        let page = fetch(&address, "DPoP", &token, &[&prover.sign(&claims)]).await;
        assert_eq!(page.status, 401, "{name}: {}", page.dump());
        let challenge = &challenges(&page)[0];
        assert!(
            challenge.contains("error=\"invalid_dpop_proof\""),
            "{challenge}"
        );
    }
    let [one, two] = [(), ()].map(|()| prover.sign(&good()));
    for proofs in [&[][..], &[one.as_str(), two.as_str()]] {
        let page = fetch(&address, "DPoP", &token, proofs).await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    let page = fetch(&address, "DPoP", &token, &[&thief.sign(&good())]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(challenges(&page)[0].contains("error=\"invalid_token\""));
    let page = fetch(&address, "DPoP", &token, &[&one]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9449_11_1_of_32_copies_first_alone_opens_tasks_api(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &stack.seed.trusted, &prover).await;
    let address = stack.at_tasks("/api/tasks/");
    let proof = prover.beside(stack, &token, &address);
    let proofs = [proof.as_str()];
    let pages = join_all((0..32).map(|_| fetch(&address, "DPoP", &token, &proofs))).await;
    let opened = pages.iter().filter(|page| page.status == 200).count();
    let rejected = pages.iter().filter(|page| page.status == 401).count();
    assert_eq!((opened, rejected), (1, 31));
}

async fn rfc_9449_6_2_bound_reference_token_requires_proof(stack: &Stack) {
    let prover = Prover::new();
    let token = access(stack, &stack.seed.opaque, &prover).await;
    let address = stack.at_tasks("/api/v1/tasks/");
    let page = fetch(&address, "Bearer", &token, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = fetch(&address, "DPoP", &token, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let proof = prover.beside(stack, &token, &address);
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn rfc_9728_2_metadata_lists_algorithms(stack: &Stack) {
    let path = "/.well-known/oauth-protected-resource";
    let document = UserAgent::new().get(stack.at_tasks(path)).await.json();
    assert_eq!(
        document["dpop_signing_alg_values_supported"],
        json!(["ES256", "PS256", "EdDSA", "RS256"])
    );
    assert_eq!(document["dpop_bound_access_tokens_required"], false);
}

async fn rfc_9728_2_service_may_want_bound_tokens_only(stack: &Stack) {
    let path = "/.well-known/oauth-protected-resource";
    let document = UserAgent::new().get(stack.at_tasks(path)).await.json();
    assert_eq!(document["dpop_bound_access_tokens_required"], true);
    let address = stack.at_tasks("/api/tasks/");
    let bearer = text(
        &sign_in(stack, &stack.seed.trusted, EVERYTHING).await,
        "access_token",
    );
    let page = fetch(&address, "Bearer", &bearer, &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let named = challenges(&UserAgent::new().get(&address).await);
    assert!(
        named.iter().all(|one| one.starts_with("DPoP ")),
        "{named:?}"
    );
    let prover = Prover::new();
    let token = access(stack, &stack.seed.trusted, &prover).await;
    let proof = prover.beside(stack, &token, &address);
    let page = fetch(&address, "DPoP", &token, &[&proof]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}
