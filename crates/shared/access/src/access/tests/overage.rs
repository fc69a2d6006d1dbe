//! Tokens that could not carry every role and group: the service reads the rest from the issuer.

use rstest::rstest;
use serde_json::Value;
use wiremock::matchers::method;

use super::*;
use crate::fixtures::NOW;
use crate::introspection::IntrospectionClient;

const ENDPOINT: &str = "/oauth2/introspect";

/// An issuer with keys, metadata and an introspection endpoint.
async fn publish_with(server: &MockServer, status: u16, body: Value) {
    let uri = server.uri();
    server.reset().await;
    let metadata = json!({
        "issuer": uri, "jwks_uri": format!("{uri}/jwks"),
        "introspection_endpoint": format!("{uri}{ENDPOINT}"),
    });
    for (at, body) in [
        ("/.well-known/openid-configuration", metadata.to_string()),
        ("/jwks", jwks(&[&ONE])),
    ] {
        let response = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(path(at))
            .respond_with(response)
            .mount(server)
            .await;
    }
    Mock::given(method("POST"))
        .and(path(ENDPOINT))
        .respond_with(ResponseTemplate::new(status).set_body_json(body))
        .mount(server)
        .await;
}

async fn introspections(server: &MockServer) -> usize {
    let requests = server.received_requests().await.unwrap();
    let asked = requests
        .iter()
        .filter(|request| request.url.path() == ENDPOINT);
    asked.count()
}

fn service(server: &MockServer, clock: &Arc<TestClock>) -> Access {
    let client = IntrospectionClient {
        client_id: "tasks".to_owned(),
        client_secret: "secret".to_owned(),
    };
    Access::builder(server.uri(), AUDIENCE)
        .clock(clock.clone())
        .introspection(client)
        .build()
        .unwrap()
}

fn token(server: &MockServer, overage: &Value) -> String {
    let change = json!({"iss": server.uri(), "overage": overage, "groups": ["/a"]});
    ONE.access_token(&claims_with(&change))
}

/// The issuer's response about the token, with these changes.
fn response(server: &MockServer, changes: &Value) -> Value {
    let groups: Vec<String> = (0..200).map(|number| format!("/group-{number}")).collect();
    let mut response = json!({
        "active": true, "token_type": "Bearer", "sub": "alice", "client_id": "tasks-web",
        "jti": "t1", "scope": "openid tasks:read", "aud": [AUDIENCE], "iss": server.uri(),
        "exp": NOW + 300, "roles": ["developer", "suspended"], "groups": groups,
        "managed_groups": ["/group-1"], "entitlements": ["tasks:read", "tasks:write"],
    });
    for (name, value) in changes.as_object().unwrap() {
        response[name] = value.clone();
    }
    response
}

#[rstest]
#[case(json!(["groups"]))]
#[case(json!(["roles"]))]
#[case(json!(["groups", "managed_groups"]))]
#[case(json!(["entitlements"]))]
#[case(json!(["something new"]))]
#[tokio::test]
async fn incomplete_lists_are_read_once_from_issuer(#[case] overage: Value) {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish_with(&server, 200, response(&server, &json!({}))).await;
    let access = service(&server, &clock);
    let token = token(&server, &overage);
    for _ in 0..3 {
        let principal = access.authenticate(&token).await.unwrap();
        assert_eq!(principal.groups.len(), 200);
        assert!(principal.roles.contains(&"suspended".to_owned()));
        assert_eq!(principal.managed_groups, ["/group-1"]);
        // Everything else is from the token.
        assert_eq!(principal.sid.as_deref(), Some("s1"));
        clock.advance(31);
    }
    assert_eq!(introspections(&server).await, 1);
}

#[tokio::test]
async fn complete_token_causes_no_request() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish_with(&server, 500, json!({})).await;
    let access = service(&server, &clock);
    access
        .authenticate(&token(&server, &json!([])))
        .await
        .unwrap();
    assert_eq!(introspections(&server).await, 0);
}

/// Neither access without the missing lists nor a 401, which would sign the user out.
#[tokio::test]
async fn unavailable_issuer_is_no_answer() {
    for (status, body) in [
        (500, json!({})),
        (503, json!({})),
        (401, json!({"error": "invalid_client"})),
        (404, json!({})),
        (200, json!(["no object"])),
    ] {
        let (server, clock) = (MockServer::start().await, TestClock::new());
        publish_with(&server, status, body).await;
        let access = service(&server, &clock);
        for overage in [json!(["groups"]), json!(["entitlements"])] {
            let failure = access.authenticate(&token(&server, &overage)).await;
            let expected = AuthError::Unavailable { retry_after: 2 };
            assert_eq!(failure.unwrap_err(), expected, "{status} {overage}");
        }
        // Other tokens still work, and this one does when the issuer is back.
        access
            .authenticate(&token(&server, &json!([])))
            .await
            .unwrap();
        publish_with(&server, 200, response(&server, &json!({}))).await;
        clock.advance(2);
        let again = access
            .authenticate(&token(&server, &json!(["groups"])))
            .await;
        assert_eq!(again.unwrap().groups.len(), 200);
    }
}

#[tokio::test]
async fn unusable_response_gives_no_access() {
    for (change, expected) in [
        (json!({"active": false}), AuthError::Refused),
        (json!({"sub": "mallory"}), AuthError::Refused),
        (json!({"jti": "t2"}), AuthError::Refused),
        (
            json!({"aud": ["https://other.example"]}),
            AuthError::Refused,
        ),
        (json!({"token_type": "api_key"}), AuthError::Refused),
        (
            json!({"overage": ["groups"]}),
            AuthError::Invalid(TokenRejection::TooManyGroups),
        ),
        (
            json!({"groups": ["x".repeat(600_000)]}),
            AuthError::Invalid(TokenRejection::TooManyGroups),
        ),
    ] {
        let (server, clock) = (MockServer::start().await, TestClock::new());
        publish_with(&server, 200, response(&server, &change)).await;
        let access = service(&server, &clock);
        let failure = access
            .authenticate(&token(&server, &json!(["groups"])))
            .await;
        assert_eq!(failure.unwrap_err(), expected);
        // A token that the issuer cannot complete does not affect others.
        publish_with(&server, 200, response(&server, &json!({"jti": "t3"}))).await;
        let other = json!({"iss": server.uri(), "overage": ["groups"], "jti": "t3"});
        let other = ONE.access_token(&claims_with(&other));
        access.authenticate(&other).await.unwrap();
    }
}

#[tokio::test]
async fn service_without_introspection_names_reason() {
    let (server, clock) = (MockServer::start().await, TestClock::new());
    publish_with(&server, 200, response(&server, &json!({}))).await;
    let access = remote(&server, &clock);
    let failure = access
        .authenticate(&token(&server, &json!(["groups"])))
        .await;
    let failure = failure.unwrap_err();
    assert_eq!(failure, AuthError::Invalid(TokenRejection::Overage));
    assert!(failure.to_string().contains("token introspection"));
    // Lists that only grant access may be incomplete.
    let safe = token(&server, &json!(["entitlements", "managed_groups"]));
    access.authenticate(&safe).await.unwrap();
    assert_eq!(introspections(&server).await, 0);
}
