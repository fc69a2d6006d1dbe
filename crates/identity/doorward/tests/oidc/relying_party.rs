//! Tests the `openidconnect` crate against the running server: the successful flow, and every error
//! that a client must detect.

use std::collections::BTreeMap;

use doorward_testkit::relying_party::{Attempt, RelyingParty};
use doorward_testkit::{Stack, TestClient, UserAgent, flows, jwt};
use openidconnect::core::CoreTokenResponse;
use openidconnect::{Nonce, OAuth2TokenResponse, TokenResponse};
use url::Url;

use crate::relying_parties::conversation;

flows!(
    core_3_1_3_3_discovery_code_refresh_userinfo_logout,
    public_client_completes_flow,
    wrong_issuer_is_detected,
    wrong_nonce_is_noticed,
    tampered_token_is_noticed,
    rejects_missing_or_foreign_verifier,
);

const SCOPES: [&str; 4] = ["profile", "email", "offline_access", "tasks:read"];

/// Completes the request in alice's browser; returns the parameters of the response.
pub(super) async fn returned(
    agent: &UserAgent,
    attempt: &Attempt,
    client: &TestClient,
) -> BTreeMap<String, String> {
    let back = &client.redirect_uri;
    let answer = conversation::walk(agent, attempt.url.as_str(), back).await;
    let location = Url::parse(answer["url"].as_str().unwrap_or_default()).expect("an address");
    location.query_pairs().into_owned().collect()
}

/// Completes the request in alice's browser; returns the code after checking `state`.
async fn walk(agent: &UserAgent, attempt: &Attempt, client: &TestClient) -> String {
    let mut values = returned(agent, attempt, client).await;
    assert_eq!(values.get("state"), Some(attempt.state.secret()));
    let code = values.remove("code");
    code.unwrap_or_else(|| panic!("no code in {values:?}"))
}

async fn signed_in(stack: &Stack, client: &TestClient) -> (RelyingParty, CoreTokenResponse, Nonce) {
    let party = RelyingParty::discover(stack.issuer(), client)
        .await
        .expect("discovery");
    let attempt = party.start(&SCOPES);
    let code = walk(&UserAgent::new(), &attempt, client).await;
    let response = party
        .exchange(&code, Some(attempt.verifier))
        .await
        .expect("tokens");
    (party, response, attempt.nonce)
}

async fn whole_circle(stack: &Stack, client: &TestClient) {
    let party = RelyingParty::discover(stack.issuer(), client)
        .await
        .expect("discovery");
    let attempt = party.start(&SCOPES);
    let agent = UserAgent::new();
    let code = walk(&agent, &attempt, client).await;
    let response = party
        .exchange(&code, Some(attempt.verifier))
        .await
        .expect("tokens");
    let claims = party
        .verify(&response, &attempt.nonce)
        .expect("a valid ID token");
    let info = party
        .user_info(response.access_token().clone())
        .await
        .expect("userinfo");
    assert_eq!(info.subject(), claims.subject());
    assert_eq!(
        info.email().map(|email| email.as_str()),
        Some("alice@example.org")
    );
    let token = response.refresh_token().expect("a refresh token");
    let second = party.refresh(token).await.expect("a refresh");
    assert_ne!(
        second.access_token().secret(),
        response.access_token().secret()
    );
    let again = party
        .user_info(second.access_token().clone())
        .await
        .expect("userinfo");
    assert_eq!(again.subject(), claims.subject());
}

async fn core_3_1_3_3_discovery_code_refresh_userinfo_logout(stack: &Stack) {
    let client = &stack.seed.web;
    whole_circle(stack, client).await;
    // Signs out in the browser that signed in.
    let party = RelyingParty::discover(stack.issuer(), client)
        .await
        .expect("discovery");
    let attempt = party.start(&SCOPES);
    let agent = UserAgent::new();
    let code = walk(&agent, &attempt, client).await;
    let response = party
        .exchange(&code, Some(attempt.verifier))
        .await
        .expect("tokens");
    let back = "https://client.example/";
    let page = agent.get(party.logout_url(&response, back, "bye")).await;
    let page = agent.follow(page, back).await;
    let location = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
    assert_eq!(location.as_str(), "https://client.example/?state=bye");
}

async fn public_client_completes_flow(stack: &Stack) {
    whole_circle(stack, &stack.seed.native).await;
}

async fn wrong_issuer_is_detected(stack: &Stack) {
    // The issuer in the document must match the requested address.
    let other = stack.issuer().replace("127.0.0.1", "localhost");
    for wrong in [
        other,
        format!("{}/", stack.issuer()),
        stack.tasks().to_owned(),
    ] {
        let found = RelyingParty::discover(&wrong, &stack.seed.web).await;
        assert!(found.is_err(), "{wrong}");
    }
}

async fn wrong_nonce_is_noticed(stack: &Stack) {
    let (party, response, nonce) = signed_in(stack, &stack.seed.web).await;
    party.verify(&response, &nonce).expect("the right nonce");
    let error = party
        .verify(&response, &Nonce::new("another".to_owned()))
        .unwrap_err();
    assert!(error.contains("nonce"), "{error}");
}

async fn tampered_token_is_noticed(stack: &Stack) {
    let (party, response, nonce) = signed_in(stack, &stack.seed.web).await;
    let original = response.id_token().expect("an ID token").to_string();
    let forgeries: [fn(&mut serde_json::Value); 4] = [
        |claims| claims["sub"] = "mona".into(),
        |claims| claims["iss"] = "https://evil.example".into(),
        |claims| claims["aud"] = "another-client".into(),
        |claims| claims["exp"] = 4_102_444_800_i64.into(),
    ];
    for forge in forgeries {
        let spoiled = jwt::with_claims(&original, forge);
        assert!(
            party
                .verify(&with_id_token(&response, &spoiled), &nonce)
                .is_err(),
            "{spoiled}"
        );
    }
    let unsigned = {
        let payload = original.split('.').nth(1).expect("a payload");
        format!("eyJhbGciOiJub25lIn0.{payload}.")
    };
    assert!(
        party
            .verify(&with_id_token(&response, &unsigned), &nonce)
            .is_err()
    );
    // An access token of another response does not match this ID token.
    let (_, other, _) = signed_in(stack, &stack.seed.web).await;
    let mut mixed = serde_json::to_value(&response).expect("JSON");
    mixed["access_token"] = other.access_token().secret().clone().into();
    let mixed = serde_json::from_value(mixed).expect("a response");
    let error = party.verify(&mixed, &nonce).unwrap_err();
    assert!(error.contains("at_hash"), "{error}");
}

fn with_id_token(response: &CoreTokenResponse, token: &str) -> CoreTokenResponse {
    let mut json = serde_json::to_value(response).expect("JSON");
    json["id_token"] = token.into();
    serde_json::from_value(json).expect("a response")
}

async fn rejects_missing_or_foreign_verifier(stack: &Stack) {
    let client = &stack.seed.web;
    let party = RelyingParty::discover(stack.issuer(), client)
        .await
        .expect("discovery");
    let attempt = party.start(&SCOPES);
    let code = walk(&UserAgent::new(), &attempt, client).await;
    let error = party.exchange(&code, None).await.unwrap_err();
    assert!(error.contains("invalid_grant"), "{error}");
    let attempt = party.start(&SCOPES);
    let foreign = party.start(&SCOPES);
    let code = walk(&UserAgent::new(), &attempt, client).await;
    let error = party
        .exchange(&code, Some(foreign.verifier))
        .await
        .unwrap_err();
    assert!(error.contains("invalid_grant"), "{error}");
}
