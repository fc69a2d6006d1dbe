//! Tests of DPoP proofs at the token endpoint (RFC 9449 §4 and §5).

mod binding;
mod nonce;
mod resource;
mod tasks;

use doorward_testkit::{Stack, UserAgent, both_backends, flows, flows_with, jwt, rows};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{assert_oauth_error, code, text, tokens, unless_busy};
use crate::support_dpop::{Prover, claims, post, redeem, refresh, service_token, set, token};
use crate::support_keys::TestKey;

both_backends!(rfc_9449_11_1_of_32_concurrent_copies_only_first_succeeds,);
flows!(
    rfc_9449_5_1_discovery_lists_supported_algorithms,
    rfc_9449_4_3_each_wrong_claim_is_invalid_dpop_proof,
    rfc_9449_4_3_each_wrong_header_is_invalid_dpop_proof,
    rfc_9449_4_3_rejects_second_proof,
    rfc_9449_5_each_grant_binds_token_to_key,
    rfc_9449_5_public_refresh_token_requires_bound_key,
    rfc_9449_5_refresh_token_of_confidential_client_is_not_bound,
    rfc_9449_5_2_dpop_client_gets_only_bound_tokens,
    invalid_proof_does_not_consume_code,
    rfc_9449_11_1_of_64_uses_of_same_proof_only_first_succeeds,
    failed_requests_leave_no_proof_behind,
);

/// Returns the number of stored replay markers.
async fn consumed(stack: &Stack) -> usize {
    let tables = rows::dump(&stack.storage().identity).await;
    tables["used_jtis"].len()
}

/// Checks that one proof works once, with 64 codes of a public client and with a refresh token.
async fn rfc_9449_11_1_of_64_uses_of_same_proof_only_first_succeeds(stack: &Stack) {
    let (prover, client) = (Prover::new(), &stack.seed.native);
    let mut codes = Vec::new();
    for _ in 0..64 {
        codes.push(code(stack, client, "openid offline_access").await);
    }
    let before = consumed(stack).await;
    let proof = prover.for_token(stack);
    let proofs = [proof.as_str()];
    let asked = codes
        .iter()
        .map(|code| unless_busy(async || redeem(stack, client, code, &proofs).await));
    let pages = join_all(asked).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
    assert_eq!(good.len(), 1);
    for page in bad {
        assert_oauth_error(page, 400, "invalid_dpop_proof");
    }
    assert_eq!(consumed(stack).await, before + 1);
    // The rejected requests have not consumed their codes.
    let mut redeemed = 0;
    for code in &codes {
        let page = redeem(stack, client, code, &[&prover.for_token(stack)]).await;
        redeemed += usize::from(page.status == 200);
    }
    assert_eq!(redeemed, 63);
}

async fn failed_requests_leave_no_proof_behind(stack: &Stack) {
    let (prover, native) = (Prover::new(), &stack.seed.native);
    let before = consumed(stack).await;
    for number in 0..20 {
        let unknown = format!("{number:043}");
        let proof = prover.for_token(stack);
        let page = redeem(stack, native, &unknown, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
        let page = refresh(stack, native, &unknown, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", unknown.as_str()),
        ];
        let page = token(stack, &stack.seed.device, &fields, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_grant");
        let fields = [
            ("response_type", "code"),
            ("redirect_uri", "https://evil.example/"),
        ];
        let proof = prover.for_post(stack, "/oauth2/par");
        let page = post(stack, "/oauth2/par", native, &fields, &[&proof]).await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    assert_eq!(consumed(stack).await, before);
    // A proof that was only rejected so far can be used once.
    let proof = prover.for_token(stack);
    redeem(stack, native, "unknown", &[&proof]).await;
    let code = code(stack, native, "openid").await;
    tokens(&redeem(stack, native, &code, &[&proof]).await);
    let page = redeem(stack, native, &code, &[&proof]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    assert_eq!(consumed(stack).await, before + 1);
    // The replay marker is deleted when the proof has expired, and not a day later.
    stack.clock.advance(60 + 5 * 60 + 2);
    let sweeper = stack.sweeper().await;
    let forgotten = async || consumed(stack).await <= before;
    for _ in 0..400 {
        if forgotten().await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(forgotten().await);
    drop(sweeper);
}

const HOSTS: &[(&str, &str)] = &[("DOORWARD__ORGANIZATIONS__BASE_DOMAIN", "id.example.com")];
flows_with!(HOSTS; rfc_9449_4_3_proof_names_organization_host);

async fn rfc_9449_5_1_discovery_lists_supported_algorithms(stack: &Stack) {
    let agent = UserAgent::new();
    let document = agent
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    let listed = document["dpop_signing_alg_values_supported"].as_array();
    let listed: Vec<_> = listed.unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(listed, ["ES256", "PS256", "EdDSA", "RS256"]);
    for alg in ["ES256", "PS256", "EdDSA", "RS256"] {
        let prover = Prover(TestKey::new(alg, "proof"));
        let page = service_token(stack, &[&prover.for_token(stack)]).await;
        let answer = tokens(&page);
        assert_eq!(answer["token_type"], "DPoP", "{alg}");
        let token = jwt::claims(&text(&answer, "access_token"));
        assert_eq!(token["cnf"], json!({ "jkt": prover.jkt() }), "{alg}");
    }
    // Without a proof, the token is a bearer token.
    let answer = tokens(&service_token(stack, &[]).await);
    assert_eq!(answer["token_type"], "Bearer");
    assert!(
        jwt::claims(&text(&answer, "access_token"))
            .get("cnf")
            .is_none()
    );
}

async fn rfc_9449_4_3_each_wrong_claim_is_invalid_dpop_proof(stack: &Stack) {
    let prover = Prover::new();
    let endpoint = stack.at("/oauth2/token");
    let now = claims(stack, "POST", &endpoint)["iat"].as_i64().unwrap();
    for (name, value) in [
        ("jti", json!(null)),
        ("jti", json!("")),
        ("htm", json!(null)),
        ("htm", json!("GET")),
        ("htm", json!("post")),
        ("htu", json!(null)),
        ("htu", json!(stack.at("/oauth2/userinfo"))),
        ("htu", json!(stack.at("/oauth2/token/"))),
        ("htu", json!("https://other.example/oauth2/token")),
        ("htu", json!("/oauth2/token")),
        ("iat", json!(null)),
        ("iat", json!(now - 61)),
        ("iat", json!(now + 62)),
        ("iat", json!("now")),
    ] {
        let mut claims = claims(stack, "POST", &endpoint);
        set(&mut claims, name, &value);
        let page = service_token(stack, &[&prover.sign(&claims)]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
        assert!(
            page.member("error_description").is_some(),
            "{}",
            page.dump()
        );
    }
    // Check 9 (§4.3): without query and fragment; check 11: within a minute.
    for (name, value) in [
        ("htu", json!(format!("{endpoint}?a=b#c"))),
        ("htu", json!(endpoint.replace("/oauth2", "/a/../%6fauth2"))),
        ("iat", json!(now - 58)),
        ("iat", json!(now + 60)),
    ] {
        let mut claims = claims(stack, "POST", &endpoint);
        set(&mut claims, name, &value);
        tokens(&service_token(stack, &[&prover.sign(&claims)]).await);
    }
}

async fn rfc_9449_4_3_each_wrong_header_is_invalid_dpop_proof(stack: &Stack) {
    let (prover, anonymous_caller) = (Prover::new(), Prover::new());
    let endpoint = stack.at("/oauth2/token");
    for (name, value) in [
        ("typ", json!(null)),
        ("typ", json!("JWT")),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("jwk", json!(null)),
        ("jwk", anonymous_caller.0.jwk()),
        ("jwk", prover.0.private_jwk()),
        ("crit", json!(["exp"])),
        ("jku", json!("https://evil.example/keys")),
    ] {
        let mut header = prover.header();
        set(&mut header, name, &value);
        let proof = prover
            .0
            .sign_with(&header, &claims(stack, "POST", &endpoint));
        let page = service_token(stack, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
    for proof in ["", "abc", "a.b.c", "e30.e30.e30"] {
        let page = service_token(stack, &[proof]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
}

async fn rfc_9449_4_3_rejects_second_proof(stack: &Stack) {
    let prover = Prover::new();
    let [one, two] = [(), ()].map(|()| prover.for_token(stack));
    let page = service_token(stack, &[&one, &two]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    let page = service_token(stack, &[&format!("{one}, {two}")]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    // Neither proof was consumed.
    for proof in [one, two] {
        tokens(&service_token(stack, &[&proof]).await);
        let page = service_token(stack, &[&proof]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
}

async fn rfc_9449_11_1_of_32_concurrent_copies_only_first_succeeds(stack: &Stack) {
    let proof = Prover::new().for_token(stack);
    let proofs = [proof.as_str()];
    let pages = join_all((0..32).map(|_| service_token(stack, &proofs))).await;
    let (good, bad): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
    assert_eq!(good.len(), 1);
    for page in bad {
        assert_oauth_error(page, 400, "invalid_dpop_proof");
    }
}

async fn rfc_9449_5_each_grant_binds_token_to_key(stack: &Stack) {
    let prover = Prover::new();
    let client = &stack.seed.native;
    let code = code(stack, client, "openid offline_access").await;
    let first = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    let consumed = text(&first, "refresh_token");
    let second = tokens(&refresh(stack, client, &consumed, &[&prover.for_token(stack)]).await);
    let third = tokens(&service_token(stack, &[&prover.for_token(stack)]).await);
    let device_code = crate::device::allowed(stack, &UserAgent::new(), "openid").await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code.as_str()),
    ];
    let proof = prover.for_token(stack);
    let fourth = tokens(&token(stack, &stack.seed.device, &fields, &[&proof]).await);
    for answer in [first, second, third, fourth] {
        assert_eq!(answer["token_type"], "DPoP", "{answer}");
        let token = jwt::claims(&text(&answer, "access_token"));
        assert_eq!(token["cnf"]["jkt"], prover.jkt());
    }
}

async fn rfc_9449_5_public_refresh_token_requires_bound_key(stack: &Stack) {
    let (prover, thief) = (Prover::new(), Prover::new());
    let client = &stack.seed.native;
    let code = code(stack, client, "openid offline_access").await;
    let first = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    let consumed = text(&first, "refresh_token");
    let page = refresh(stack, client, &consumed, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    let page = refresh(stack, client, &consumed, &[&thief.for_token(stack)]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    // The failed attempts have not consumed the token.
    let second = tokens(&refresh(stack, client, &consumed, &[&prover.for_token(stack)]).await);
    let next = text(&second, "refresh_token");
    // A request without the key does not revoke the family by an old refresh token.
    stack.clock.advance(120);
    let page = refresh(stack, client, &consumed, &[&thief.for_token(stack)]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
    // The successor is bound as well.
    let page = refresh(stack, client, &next, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    tokens(&refresh(stack, client, &next, &[&prover.for_token(stack)]).await);
    // A replay with the key revokes the family.
    let page = refresh(stack, client, &consumed, &[&prover.for_token(stack)]).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn rfc_9449_5_refresh_token_of_confidential_client_is_not_bound(stack: &Stack) {
    let (prover, next_key) = (Prover::new(), Prover::new());
    let client = &stack.seed.trusted;
    let code = code(stack, client, "openid offline_access").await;
    let first = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    assert_eq!(first["token_type"], "DPoP");
    let consumed = text(&first, "refresh_token");
    let second = tokens(&refresh(stack, client, &consumed, &[&next_key.for_token(stack)]).await);
    let token = jwt::claims(&text(&second, "access_token"));
    assert_eq!(token["cnf"]["jkt"], next_key.jkt());
    let consumed = text(&second, "refresh_token");
    let third = tokens(&refresh(stack, client, &consumed, &[]).await);
    assert_eq!(third["token_type"], "Bearer");
}

async fn rfc_9449_5_2_dpop_client_gets_only_bound_tokens(stack: &Stack) {
    for client in [&stack.seed.service, &stack.seed.trusted] {
        stack
            .change_client(&client.id, |client| client.dpop_bound_access_tokens = true)
            .await;
    }
    let prover = Prover::new();
    let page = service_token(stack, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    let answer = tokens(&service_token(stack, &[&prover.for_token(stack)]).await);
    assert_eq!(answer["token_type"], "DPoP");
    let client = &stack.seed.trusted;
    let code = code(stack, client, "openid offline_access").await;
    let page = redeem(stack, client, &code, &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
    // The code was not consumed, because the proof is checked first.
    let answer = tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
    let page = refresh(stack, client, &text(&answer, "refresh_token"), &[]).await;
    assert_oauth_error(&page, 400, "invalid_dpop_proof");
}

async fn invalid_proof_does_not_consume_code(stack: &Stack) {
    let prover = Prover::new();
    let client = &stack.seed.native;
    let code = code(stack, client, "openid").await;
    let used = prover.for_token(stack);
    tokens(&service_token(stack, &[&used]).await);
    for proof in ["abc", used.as_str()] {
        let page = redeem(stack, client, &code, &[proof]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
    tokens(&redeem(stack, client, &code, &[&prover.for_token(stack)]).await);
}

async fn rfc_9449_4_3_proof_names_organization_host(stack: &Stack) {
    let prover = Prover::new();
    let (_, port) = stack.issuer().rsplit_once(':').unwrap();
    let host = format!("acme.id.example.com:{port}");
    let ask = async |address: &str| {
        let service = &stack.seed.service;
        let agent = UserAgent::new();
        let fields = [("grant_type", "client_credentials")];
        let asked = service.request(agent.http(), &stack.at("/oauth2/token"), &fields);
        let proof = prover.sign(&claims(stack, "POST", address));
        agent
            .send(asked.header("host", &host).header("dpop", proof))
            .await
    };
    // The service has no role there; roles are checked after the proof.
    let page = ask(&format!("http://{host}/oauth2/token")).await;
    assert_oauth_error(&page, 400, "access_denied");
    for other in [
        stack.at("/oauth2/token"),
        format!("http://zeta.id.example.com:{port}/oauth2/token"),
    ] {
        let page = ask(&other).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
    }
}
