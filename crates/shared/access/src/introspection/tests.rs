use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;
use crate::fixtures::{AUDIENCE, NOW, TestClock};

const ENDPOINT: &str = "/oauth2/introspect";

struct Issuer {
    server: MockServer,
    clock: Arc<TestClock>,
    asking: Arc<Introspector>,
}

impl Issuer {
    async fn start() -> Self {
        let server = MockServer::start().await;
        let clock = TestClock::new();
        let client = IntrospectionClient {
            client_id: "tasks api".to_owned(),
            client_secret: "s:cret".to_owned(),
        };
        let shared: Arc<dyn Clock> = clock.clone();
        let asking = Introspector::new(&server.uri(), AUDIENCE, client, shared).unwrap();
        let issuer = Self {
            server,
            clock,
            asking: Arc::new(asking),
        };
        issuer.describe().await;
        issuer
    }

    async fn describe(&self) {
        let uri = self.server.uri();
        let metadata = json!({
            "issuer": uri, "introspection_endpoint": format!("{uri}{ENDPOINT}"),
        });
        Mock::given(method("GET"))
            .and(path("/.well-known/openid-configuration"))
            .respond_with(ResponseTemplate::new(200).set_body_json(metadata))
            .mount(&self.server)
            .await;
    }

    async fn says(&self, status: u16, body: Value) {
        self.server.reset().await;
        self.describe().await;
        Mock::given(method("POST"))
            .and(path(ENDPOINT))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&self.server)
            .await;
    }

    fn good(&self) -> Value {
        json!({
            "active": true, "token_type": "api_key", "sub": "alice", "client_id": "dw_1",
            "jti": "dw_1", "scope": "tasks:read", "entitlements": ["tasks:read"],
            "aud": [AUDIENCE], "iss": self.server.uri(), "exp": NOW + 1000,
        })
    }

    async fn ask(&self, key: &str) -> Result<Option<Arc<Principal>>, AuthError> {
        let from = Some(address("192.0.2.1"));
        active(self.asking.introspect(Kind::ApiKey, key, from).await)
    }

    async fn asked(&self) -> Vec<Request> {
        let requests = self.server.received_requests().await.unwrap();
        requests
            .into_iter()
            .filter(|request| request.url.path() == ENDPOINT)
            .collect()
    }
}

/// Returns the principal of an accepted key, unless the issuer is unavailable.
fn active(result: Result<Arc<Principal>, AuthError>) -> Result<Option<Arc<Principal>>, AuthError> {
    match result {
        Err(error @ AuthError::Unavailable { .. }) => Err(error),
        other => Ok(other.ok()),
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test]
async fn introspection_authenticates_as_resource_server() {
    let issuer = Issuer::start().await;
    issuer.says(200, issuer.good()).await;
    let principal = issuer.ask("dw_key").await.unwrap().unwrap();
    assert_eq!(principal.subject, "alice");
    assert_eq!(
        principal.credential,
        Credential::ApiKey { id: "dw_1".into() }
    );
    assert!(principal.entitlements.contains("tasks:read"));
    assert!(!principal.email_verified && principal.acr.is_none());
    let asked = issuer.asked().await;
    let body = String::from_utf8(asked[0].body.clone()).unwrap();
    assert_eq!(
        body,
        "token=dw_key&token_type_hint=api_key&client_address=192.0.2.1"
    );
    // RFC 6749 §2.3.1: both parts are form-encoded: `tasks+api:s%3Acret`.
    let basic = asked[0].headers.get("authorization").unwrap();
    assert_eq!(basic, "Basic dGFza3MrYXBpOnMlM0FjcmV0");
}

#[tokio::test]
async fn answer_carries_custom_claims() {
    let issuer = Issuer::start().await;
    let mut answer = issuer.good();
    answer["tier"] = json!("gold");
    issuer.says(200, answer).await;
    let principal = issuer.ask("dw_key").await.unwrap().unwrap();
    assert_eq!(principal.claims["tier"], "gold");
    assert_eq!(principal.claims.len(), 1, "{:?}", principal.claims);
}

/// A rule that forbids a role would miss one that was omitted.
#[tokio::test]
async fn truncated_response_has_no_principal() {
    let issuer = Issuer::start().await;
    for (overage, is_whole) in [("roles", false), ("groups", false), ("entitlements", true)] {
        let mut response = issuer.good();
        response["overage"] = json!([overage]);
        issuer.says(200, response).await;
        let found = issuer.ask(&format!("dw_{overage}")).await.unwrap();
        assert_eq!(found.is_some(), is_whole, "{overage}");
    }
}

#[tokio::test]
async fn valid_response_is_cached_30_seconds_and_invalid_5() {
    let issuer = Issuer::start().await;
    issuer.says(200, issuer.good()).await;
    assert!(issuer.ask("dw_key").await.unwrap().is_some());
    issuer.says(200, json!({"active": false})).await;
    issuer.clock.advance(29);
    assert!(issuer.ask("dw_key").await.unwrap().is_some());
    assert_eq!(issuer.asked().await.len(), 0);
    issuer.clock.advance(1);
    assert!(issuer.ask("dw_key").await.unwrap().is_none());
    assert!(issuer.ask("dw_key").await.unwrap().is_none());
    assert_eq!(issuer.asked().await.len(), 1);
    issuer.says(200, issuer.good()).await;
    issuer.clock.advance(4);
    assert!(issuer.ask("dw_key").await.unwrap().is_none());
    issuer.clock.advance(1);
    assert!(issuer.ask("dw_key").await.unwrap().is_some());
    // Another address causes another request.
    let other = issuer
        .asking
        .introspect(Kind::ApiKey, "dw_key", Some(address("192.0.2.2")));
    assert!(active(other.await).unwrap().is_some());
    assert_eq!(issuer.asked().await.len(), 2);
}

#[tokio::test]
async fn cached_response_ends_with_key() {
    let issuer = Issuer::start().await;
    let mut good = issuer.good();
    good["exp"] = (NOW + 10).into();
    issuer.says(200, good).await;
    assert!(issuer.ask("dw_key").await.unwrap().is_some());
    issuer.clock.advance(9);
    assert!(issuer.ask("dw_key").await.unwrap().is_some());
    issuer.clock.advance(1);
    assert!(issuer.ask("dw_key").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_concurrent_callers_cause_single_request() {
    let issuer = Issuer::start().await;
    issuer.says(200, issuer.good()).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let asking = Arc::clone(&issuer.asking);
        callers.spawn(async move { asking.introspect(Kind::ApiKey, "dw_key", None).await });
    }
    for found in callers.join_all().await {
        assert!(active(found).unwrap().is_some());
    }
    assert_eq!(issuer.asked().await.len(), 1);
}

/// During an outage of the issuer, cached responses remain valid until they expire; all other
/// credentials are rejected.
#[tokio::test]
async fn unavailable_issuer_denies_access() {
    let issuer = Issuer::start().await;
    issuer.says(200, issuer.good()).await;
    assert!(issuer.ask("dw_known").await.unwrap().is_some());
    for status in [400, 401, 403, 404, 429, 500, 503, 302] {
        issuer.says(status, json!({"active": true})).await;
        assert_eq!(
            issuer.ask("dw_new").await,
            Err(AuthError::Unavailable { retry_after: 2 }),
            "{status}"
        );
        // The issuer is not asked again immediately.
        assert!(issuer.ask("dw_other").await.is_err());
        assert_eq!(issuer.asked().await.len(), 1, "{status}");
        assert!(issuer.ask("dw_known").await.unwrap().is_some());
        issuer.clock.advance(2);
    }
    issuer.clock.advance(14);
    assert!(
        issuer.ask("dw_known").await.is_err(),
        "thirty seconds are over"
    );
    issuer.clock.advance(2);
    issuer.says(200, issuer.good()).await;
    assert!(
        issuer.ask("dw_new").await.unwrap().is_some(),
        "and it comes back"
    );
}

#[tokio::test]
async fn mismatched_response_is_inactive() {
    let issuer = Issuer::start().await;
    for (member, value) in [
        ("active", json!(false)),
        ("token_type", json!("Bearer")),
        ("token_type", Value::Null),
        ("aud", json!(["https://other.example/api"])),
        ("aud", json!([])),
        ("iss", json!("https://other.example")),
        ("exp", json!(NOW)),
        ("sub", Value::Null),
        ("client_id", Value::Null),
    ] {
        let mut response = issuer.good();
        response[member] = value.clone();
        issuer.says(200, response).await;
        let found = issuer.ask(&format!("dw_{member}{value}")).await;
        assert_eq!(found, Ok(None), "{member}: {value}");
    }
    // The same key as a token: the response is about an API key.
    issuer.says(200, issuer.good()).await;
    let found = issuer
        .asking
        .introspect(Kind::ReferenceToken, "dw_key", None)
        .await;
    assert_eq!(found, Err(AuthError::Refused));
    for body in [
        json!([]),
        json!({"active": "true"}),
        json!({"active": true, "exp": "x"}),
    ] {
        issuer.says(200, body.clone()).await;
        assert!(issuer.ask(&format!("dw_{body}")).await.is_err(), "{body}");
        issuer.clock.advance(2);
    }
}

#[tokio::test]
async fn impossible_key_is_not_introspected() {
    let issuer = Issuer::start().await;
    issuer.says(200, issuer.good()).await;
    assert_eq!(issuer.ask("").await, Ok(None));
    assert_eq!(issuer.ask(&"x".repeat(MAX_BYTES + 1)).await, Ok(None));
    assert_eq!(issuer.asked().await.len(), 0);
}

#[test]
fn no_secret_is_shown() {
    let client = IntrospectionClient {
        client_id: "tasks-api".to_owned(),
        client_secret: "canary".to_owned(),
    };
    assert!(!format!("{client:?}").contains("canary"));
}

/// RFC 9396 §9.2.
#[tokio::test]
async fn authorization_details_are_returned() {
    let issuer = Issuer::start().await;
    let mut response = issuer.good();
    response["authorization_details"] = json!([{ "type": "payment", "actions": ["initiate"] }]);
    issuer.says(200, response).await;
    let caller = issuer.ask("dw_1_x").await.unwrap().unwrap();
    assert!(caller.authorization_details.allows("payment", "initiate"));
}

/// A key may outlive the sessions of its user: the issuer decides, but not from a cached response.
#[tokio::test]
async fn cached_response_from_before_a_revocation_is_not_used() {
    use crate::signals::{Revocation, RevokedBecause, SignalsClient, Target};
    let issuer = Issuer::start().await;
    let signals = Signals::new(SignalsClient {
        client_id: "tasks api".to_owned(),
        client_secret: "s:cret".to_owned(),
    });
    let client = issuer.asking.client.clone();
    let clock: Arc<dyn Clock> = issuer.clock.clone();
    let asking = Introspector::new(&issuer.server.uri(), AUDIENCE, client, clock).unwrap();
    let issuer = Issuer {
        asking: Arc::new(asking.with_signals(Some(signals.clone()))),
        ..issuer
    };
    issuer.says(200, issuer.good()).await;
    for asked in [1, 1] {
        assert!(issuer.ask("dw_key").await.unwrap().is_some());
        assert_eq!(issuer.asked().await.len(), asked);
    }
    let revocation = Revocation {
        target: Target::Subject("alice".to_owned()),
        at: u32::try_from(NOW).unwrap() + 1,
        because: RevokedBecause::SessionsEnded,
        kept: None,
    };
    issuer.clock.advance(1);
    signals.record(&revocation, NOW + 1);
    issuer.clock.advance(1);
    for asked in [2, 2] {
        assert!(issuer.ask("dw_key").await.unwrap().is_some());
        assert_eq!(issuer.asked().await.len(), asked);
    }
}
