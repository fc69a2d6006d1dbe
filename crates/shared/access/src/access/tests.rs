use std::sync::Arc;

use serde_json::json;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Access, AuthError};
use crate::clock::Clock as _;
use crate::fixtures::{
    AUDIENCE, ISSUER, ONE, TWO, TestClock, TestKey, claims, claims_with, jwks, key_set,
};
use crate::jwt::verify::{MAX_TOKEN_BYTES, TokenRejection};

fn access(clock: &Arc<TestClock>) -> Access {
    Access::builder(ISSUER, AUDIENCE)
        .clock(clock.clone())
        .build_with_keys(key_set(&[&ONE]))
}

#[tokio::test]
async fn valid_token_has_principal() {
    let access = access(&TestClock::new());
    let principal = access
        .authenticate(&ONE.access_token(&claims()))
        .await
        .unwrap();
    assert_eq!(principal.subject, "alice");
    assert_eq!(principal.client_id, "tasks-web");
    assert!(principal.entitlements.contains("tasks:write"));
    assert!(!principal.is_service());
}

#[tokio::test]
async fn cached_token_has_same_principal_until_expiry() {
    let clock = TestClock::new();
    let access = access(&clock).clone();
    let token = ONE.access_token(&claims());
    let first = access.authenticate(&token).await.unwrap();
    let second = access.authenticate(&token).await.unwrap();
    assert!(Arc::ptr_eq(&first, &second), "not verified again");
    clock.advance(300 + 59);
    access.authenticate(&token).await.unwrap();
    clock.advance(1);
    let error = access.authenticate(&token).await.unwrap_err();
    assert_eq!(error, AuthError::Invalid(TokenRejection::Expired));
}

#[tokio::test]
async fn rejected_token_stays_rejected() {
    let access = access(&TestClock::new());
    let token = ONE.access_token(&claims_with(&json!({ "aud": "https://other.example" })));
    for _ in 0..2 {
        let error = access.authenticate(&token).await.unwrap_err();
        assert_eq!(error, AuthError::Invalid(TokenRejection::Audience));
    }
    let long = "a".repeat(MAX_TOKEN_BYTES + 1);
    let error = access.authenticate(&long).await.unwrap_err();
    assert_eq!(error, AuthError::Invalid(TokenRejection::TooLong));
}

#[tokio::test]
async fn disabled_cache_keeps_results() {
    let access = Access::builder(ISSUER, AUDIENCE)
        .clock(TestClock::new())
        .remembered_tokens(0)
        .build_with_keys(key_set(&[&ONE]));
    let token = ONE.access_token(&claims());
    access.authenticate(&token).await.unwrap();
    access.authenticate(&token).await.unwrap();
}

async fn publish(server: &MockServer, keys: &[&TestKey]) {
    server.reset().await;
    let metadata = json!({ "issuer": server.uri(), "jwks_uri": format!("{}/jwks", server.uri()) });
    for (at, body) in [
        ("/.well-known/openid-configuration", metadata.to_string()),
        ("/jwks", jwks(keys)),
    ] {
        let response = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(path(at))
            .respond_with(response)
            .mount(server)
            .await;
    }
}

fn remote(server: &MockServer, clock: &Arc<TestClock>) -> Access {
    Access::builder(server.uri(), AUDIENCE)
        .clock(clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn token_is_rejected_after_removal_of_key() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish(&server, &[&ONE]).await;
    let access = remote(&server, &clock);
    let long = json!({ "iss": server.uri(), "exp": clock.now() + 86_400 });
    let token = ONE.access_token(&claims_with(&long));
    access.authenticate(&token).await.unwrap();
    access.authenticate(&token).await.unwrap();
    publish(&server, &[&TWO]).await;
    clock.advance(300);
    let error = access.authenticate(&token).await.unwrap_err();
    assert_eq!(
        error,
        AuthError::Invalid(TokenRejection::UnknownKey { kid: "one".into() })
    );
    access
        .authenticate(&TWO.access_token(&claims_with(&long)))
        .await
        .unwrap();
}

#[tokio::test]
async fn token_is_rejected_after_replacement_of_key() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish(&server, &[&ONE]).await;
    let access = remote(&server, &clock);
    let long = json!({ "iss": server.uri(), "exp": clock.now() + 86_400 });
    let token = ONE.access_token(&claims_with(&long));
    access.authenticate(&token).await.unwrap();
    publish(&server, &[&TestKey::generate("one")]).await;
    clock.advance(300);
    let error = access.authenticate(&token).await.unwrap_err();
    assert_eq!(error, AuthError::Invalid(TokenRejection::Signature));
}

#[tokio::test]
async fn new_key_is_fetched_for_first_token() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish(&server, &[&ONE]).await;
    let access = remote(&server, &clock);
    access.ready().await.unwrap();
    publish(&server, &[&ONE, &TWO]).await;
    let token = TWO.access_token(&claims_with(&json!({ "iss": server.uri() })));
    access.authenticate(&token).await.unwrap();
}

/// An outage of the issuer must not sign users out.
#[tokio::test]
async fn without_issuer_answer_is_unavailable() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    let access = remote(&server, &clock);
    let token = ONE.access_token(&claims_with(&json!({ "iss": server.uri() })));
    let failure = access.authenticate(&token).await.unwrap_err();
    assert_eq!(failure, AuthError::Unavailable { retry_after: 5 });
    assert!(access.ready().await.is_err());
    publish(&server, &[&ONE]).await;
    clock.advance(5);
    access.authenticate(&token).await.unwrap();
}

#[test]
fn rejects_insecure_issuer() {
    assert!(
        Access::builder("http://id.example", AUDIENCE)
            .build()
            .is_err()
    );
}

#[cfg(feature = "introspection")]
mod overage;
