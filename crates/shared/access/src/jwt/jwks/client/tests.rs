use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::fixtures::{ONE, TWO, TestClock, TestKey, jwks};

const METADATA: &str = "/.well-known/openid-configuration";

/// An issuer with replaceable responses, and a client for it.
struct Issuer {
    server: MockServer,
    clock: Arc<TestClock>,
    client: Arc<JwksClient>,
}

impl Issuer {
    async fn start() -> Self {
        let server = MockServer::start().await;
        let clock = TestClock::new();
        let client = Arc::new(JwksClient::new(server.uri(), clock.clone()).unwrap());
        Self {
            server,
            clock,
            client,
        }
    }

    async fn with_keys(keys: &[&TestKey]) -> Self {
        let issuer = Self::start().await;
        issuer.publish(keys).await;
        issuer
    }

    async fn publish(&self, keys: &[&TestKey]) {
        self.server.reset().await;
        self.serve(METADATA, self.metadata(&self.server.uri()))
            .await;
        self.serve("/jwks", json_body(jwks(keys))).await;
    }

    fn metadata(&self, issuer: &str) -> ResponseTemplate {
        let jwks_uri = format!("{}/jwks", self.server.uri());
        json_body(json!({ "issuer": issuer, "jwks_uri": jwks_uri }).to_string())
    }

    async fn serve(&self, at: &str, response: ResponseTemplate) {
        Mock::given(method("GET"))
            .and(path(at))
            .respond_with(response)
            .mount(&self.server)
            .await;
    }

    async fn go_away(&self) {
        self.server.reset().await;
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(503))
            .mount(&self.server)
            .await;
    }

    /// Returns the number of requests to this path since the responses were last replaced.
    async fn requests(&self, at: &str) -> usize {
        let all = self.server.received_requests().await.unwrap();
        all.iter()
            .filter(|request| request.url.path() == at)
            .count()
    }
}

fn json_body(text: String) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "application/json")
}

#[tokio::test]
async fn fresh_keys_are_fetched_once() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    assert_eq!(
        issuer.requests(METADATA).await,
        0,
        "nothing before the first question"
    );
    for _ in 0..5 {
        assert!(issuer.client.keys().await.unwrap().contains("one"));
    }
    issuer.clock.advance(299);
    issuer.client.keys().await.unwrap();
    assert_eq!(
        (
            issuer.requests(METADATA).await,
            issuer.requests("/jwks").await
        ),
        (1, 1)
    );
    issuer.clock.advance(1);
    issuer.client.keys().await.unwrap();
    assert_eq!(
        (
            issuer.requests(METADATA).await,
            issuer.requests("/jwks").await
        ),
        (1, 2)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_callers_cause_single_fetch() {
    let issuer = Issuer::start().await;
    let slow = Duration::from_millis(150);
    let uri = issuer.server.uri();
    issuer
        .serve(METADATA, issuer.metadata(&uri).set_delay(slow))
        .await;
    issuer
        .serve("/jwks", json_body(jwks(&[&ONE])).set_delay(slow))
        .await;
    let callers: Vec<_> = (0..50)
        .map(|i| {
            let client = Arc::clone(&issuer.client);
            tokio::spawn(async move {
                if i % 2 == 0 {
                    client.keys().await
                } else {
                    client.keys_for("one").await
                }
            })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap().unwrap().contains("one"));
    }
    assert_eq!(
        (
            issuer.requests(METADATA).await,
            issuer.requests("/jwks").await
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn unknown_kid_fetches_once_in_five_seconds() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    for kid in ["two", "three", "two"] {
        assert!(!issuer.client.keys_for(kid).await.unwrap().contains(kid));
    }
    assert_eq!(
        issuer.requests("/jwks").await,
        2,
        "the first, and one for the unknown"
    );
    issuer.clock.advance(4);
    issuer.client.keys_for("two").await.unwrap();
    assert_eq!(issuer.requests("/jwks").await, 2);
    issuer.clock.advance(1);
    issuer.client.keys_for("two").await.unwrap();
    assert_eq!(issuer.requests("/jwks").await, 3);
}

#[tokio::test]
async fn unknown_kids_fetch_thirty_times_in_ten_minutes() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    for _ in 0..119 {
        issuer.client.keys_for("two").await.unwrap();
        issuer.clock.advance(5);
    }
    // The first fetch, and those for unknown `kid`s.
    assert_eq!(issuer.requests("/jwks").await, 31);
    issuer.clock.advance(5);
    issuer.publish(&[&TWO]).await;
    assert!(issuer.client.keys_for("two").await.unwrap().contains("two"));
}

#[tokio::test]
async fn known_kid_causes_no_fetch() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    issuer.clock.advance(100);
    issuer.client.keys_for("one").await.unwrap();
    assert_eq!(issuer.requests("/jwks").await, 1);
}

#[tokio::test]
async fn new_key_is_found_immediately_and_old_key_dropped() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    issuer.publish(&[&TWO]).await;
    assert!(issuer.client.keys_for("two").await.unwrap().contains("two"));
    assert!(!issuer.client.keys().await.unwrap().contains("one"));
}

#[tokio::test]
async fn stale_keys_are_used_for_hour() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    issuer.go_away().await;
    for seconds in [300, 3599] {
        issuer.clock.advance(seconds);
        assert!(issuer.client.keys().await.unwrap().contains("one"));
        assert!(issuer.client.keys_for("one").await.unwrap().contains("one"));
        // The unknown key may exist.
        assert!(issuer.client.keys_for("two").await.is_err());
    }
    issuer.clock.advance(1);
    assert_eq!(
        issuer.client.keys().await.unwrap_err(),
        KeysUnavailable { retry_after: 5 }
    );
    assert!(issuer.client.keys_for("one").await.is_err());
    issuer.publish(&[&ONE]).await;
    issuer.clock.advance(5);
    assert!(issuer.client.keys().await.unwrap().contains("one"));
}

#[tokio::test]
async fn failed_attempt_is_not_repeated_at_once() {
    let issuer = Issuer::start().await;
    issuer.go_away().await;
    for _ in 0..10 {
        issuer.client.keys().await.unwrap_err();
        issuer.client.keys_for("one").await.unwrap_err();
    }
    assert_eq!(issuer.requests(METADATA).await, 1);
    issuer.clock.advance(4);
    issuer.client.keys().await.unwrap_err();
    assert_eq!(issuer.requests(METADATA).await, 1);
    issuer.clock.advance(1);
    issuer.client.keys().await.unwrap_err();
    assert_eq!(issuer.requests(METADATA).await, 2);
}

#[tokio::test]
async fn clock_that_was_ahead_delays_no_attempt() {
    let issuer = Issuer::start().await;
    issuer.go_away().await;
    issuer.clock.advance(3_600);
    issuer.client.keys().await.unwrap_err();
    issuer.client.keys_for("one").await.unwrap_err();
    issuer.clock.advance(-3_600);
    issuer.publish(&[&ONE]).await;
    assert!(issuer.client.keys().await.unwrap().contains("one"));
    // The same for a key that is not known.
    issuer.clock.advance(3_600);
    issuer.client.keys_for("three").await.unwrap();
    issuer.clock.advance(-3_600);
    issuer.publish(&[&ONE, &TWO]).await;
    assert!(issuer.client.keys_for("two").await.unwrap().contains("two"));
}

#[tokio::test]
async fn jwks_uri_is_rediscovered_after_failure() {
    let issuer = Issuer::with_keys(&[&ONE]).await;
    issuer.client.keys().await.unwrap();
    issuer.go_away().await;
    issuer.clock.advance(300);
    issuer.client.keys().await.unwrap();
    issuer.server.reset().await;
    let moved = format!("{}/moved", issuer.server.uri());
    let metadata = json!({ "issuer": issuer.server.uri(), "jwks_uri": moved });
    issuer
        .serve(METADATA, json_body(metadata.to_string()))
        .await;
    issuer.serve("/moved", json_body(jwks(&[&TWO]))).await;
    issuer.clock.advance(5);
    assert!(issuer.client.keys().await.unwrap().contains("two"));
}

#[rstest]
#[case::default(None, 300)]
#[case::stated_max_age("public, max-age=600", 600)]
#[case::quoted("max-age=\"600\"", 600)]
#[case::upper_case("Max-Age=600", 600)]
#[case::too_short("max-age=0", 30)]
#[case::too_long("max-age=99999999", 24 * 3600)]
#[case::nonsense("max-age=soon", 300)]
#[case::negative("max-age=-5", 30)]
#[case::no_store("no-store", 30)]
#[case::no_cache("no-cache, max-age=600", 30)]
#[tokio::test]
async fn cache_lifetime_follows_max_age(
    #[case] cache_control: impl Into<Option<&'static str>>,
    #[case] seconds: i64,
) {
    let issuer = Issuer::start().await;
    let mut answer = json_body(jwks(&[&ONE]));
    if let Some(value) = cache_control.into() {
        answer = answer.insert_header("cache-control", value);
    }
    let uri = issuer.server.uri();
    issuer.serve(METADATA, issuer.metadata(&uri)).await;
    issuer.serve("/jwks", answer).await;
    issuer.client.keys().await.unwrap();
    issuer.clock.advance(seconds - 1);
    issuer.client.keys().await.unwrap();
    assert_eq!(issuer.requests("/jwks").await, 1);
    issuer.clock.advance(1);
    issuer.client.keys().await.unwrap();
    assert_eq!(issuer.requests("/jwks").await, 2);
}

#[rstest]
#[case::other("https://evil.example")]
#[case::slash("{issuer}/")]
#[case::path("{issuer}/tenant")]
#[case::upper_case("HTTP://127.0.0.1")]
#[case::empty("")]
#[tokio::test]
async fn rfc_8414_3_3_rejects_metadata_of_wrong_issuer(#[case] named: &str) {
    let issuer = Issuer::start().await;
    let named = named.replace("{issuer}", &issuer.server.uri());
    issuer.serve(METADATA, issuer.metadata(&named)).await;
    issuer.serve("/jwks", json_body(jwks(&[&ONE]))).await;
    let error = Fetcher::new()
        .unwrap()
        .jwks_uri(&issuer.server.uri())
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::IssuerMismatch), "{error}");
    assert!(issuer.client.keys().await.is_err());
    assert_eq!(issuer.requests("/jwks").await, 0);
}

#[rstest]
#[case::no_json("<html>")]
#[case::array("[]")]
#[case::empty("{}")]
#[case::no_keys(r#"{"issuer":"{issuer}"}"#)]
#[case::number(r#"{"issuer":"{issuer}","jwks_uri":1}"#)]
#[case::duplicate(r#"{"issuer":"x","issuer":"{issuer}","jwks_uri":"{issuer}/jwks"}"#)]
#[case::insecure(r#"{"issuer":"{issuer}","jwks_uri":"http://192.0.2.1/jwks"}"#)]
#[case::file(r#"{"issuer":"{issuer}","jwks_uri":"file:///etc/passwd"}"#)]
#[case::user(r#"{"issuer":"{issuer}","jwks_uri":"http://a:b@127.0.0.1/jwks"}"#)]
#[case::relative(r#"{"issuer":"{issuer}","jwks_uri":"/jwks"}"#)]
#[tokio::test]
async fn rejects_malformed_metadata(#[case] body: &str) {
    let issuer = Issuer::start().await;
    issuer
        .serve(
            METADATA,
            json_body(body.replace("{issuer}", &issuer.server.uri())),
        )
        .await;
    issuer.serve("/jwks", json_body(jwks(&[&ONE]))).await;
    assert!(issuer.client.keys().await.is_err());
    assert_eq!(issuer.requests("/jwks").await, 0);
}

#[rstest]
#[case::redirect(302)]
#[case::permanent_redirect(301)]
#[case::temporary_redirect(307)]
#[case::no_content(204)]
#[case::not_modified(304)]
#[case::not_found(404)]
#[case::server_error(500)]
#[tokio::test]
async fn only_200_is_answer(#[case] status: u16, #[values(METADATA, "/jwks")] at: &str) {
    let issuer = Issuer::start().await;
    let uri = issuer.server.uri();
    let good = |at: &str| {
        if at == METADATA {
            issuer.metadata(&uri)
        } else {
            json_body(jwks(&[&ONE]))
        }
    };
    let elsewhere = format!("{uri}/elsewhere");
    let response = ResponseTemplate::new(status).insert_header("location", elsewhere.as_str());
    issuer.serve(at, response).await;
    for other in [METADATA, "/jwks"].into_iter().filter(|other| *other != at) {
        issuer.serve(other, good(other)).await;
    }
    issuer.serve("/elsewhere", good(at)).await;
    assert!(issuer.client.keys().await.is_err());
    assert_eq!(
        issuer.requests("/elsewhere").await,
        0,
        "redirects are not followed"
    );
}

#[tokio::test]
async fn documents_are_bounded() {
    let issuer = Issuer::start().await;
    let uri = issuer.server.uri();
    let padded = |n: usize| {
        let text = jwks(&[&ONE]);
        let spaces = " ".repeat(n - text.len());
        json_body(format!("{text}{spaces}"))
    };
    issuer.serve(METADATA, issuer.metadata(&uri)).await;
    issuer.serve("/largest", padded(64 * 1024)).await;
    issuer.serve("/larger", padded(64 * 1024 + 1)).await;
    let fetcher = Fetcher::new().unwrap();
    assert!(fetcher.keys(&format!("{uri}/largest")).await.is_ok());
    let error = fetcher.keys(&format!("{uri}/larger")).await.err().unwrap();
    assert!(matches!(error, FetchError::TooLarge), "{error}");
}

#[rstest]
#[case("https://id.example", true)]
#[case("https://id.example/tenant", true)]
#[case("http://localhost:8400", true)]
#[case("http://127.0.0.1:8400", true)]
#[case("http://[::1]:8400", true)]
#[case("http://id.example", false)]
#[case("http://localhost.id.example", false)]
#[case("http://10.0.0.1", false)]
#[case("https://user@id.example", false)]
#[case("https://id.example#x", false)]
#[case("ftp://id.example", false)]
#[case("id.example", false)]
#[case("", false)]
fn issuer_must_be_secure_url(#[case] issuer: &str, #[case] accepted: bool) {
    assert_eq!(JwksClient::new(issuer, TestClock::new()).is_ok(), accepted);
}
