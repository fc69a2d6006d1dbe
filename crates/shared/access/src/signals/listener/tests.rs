use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::*;
use crate::access::AuthError;
use crate::clock::Clock as _;
use crate::fixtures::{AUDIENCE, NOW, ONE, TWO, TestClock, TestKey, claims_with, jwks};
use crate::introspection::IntrospectionClient;
use crate::jwt::verify::TokenRejection;
use crate::signals::{RevokedBecause, SignalsClient, WhenCut};

const CLIENT: &str = "tasks-api";
const SECRET: &str = "a secret";
/// Longest wait of a poll of the fake transmitter.
const LONG_POLL: Duration = Duration::from_millis(40);

/// A transmitter in memory with the endpoints that a receiver uses.
#[derive(Default)]
struct State {
    /// Base of all addresses.
    uri: String,
    is_absent: bool,
    is_cut: bool,
    /// Polls are answered so much later.
    delay: Duration,
    refuses_client: bool,
    tokens: BTreeSet<String>,
    token_life: i64,
    streams: BTreeSet<String>,
    created: usize,
    deleted: usize,
    /// Events of the last life of a token, in order.
    events: Vec<(String, String)>,
    /// Number of events that a stream has acknowledged.
    acked: BTreeSet<String>,
    errors: BTreeMap<String, Value>,
    polls: usize,
    immediate: usize,
}

#[derive(Clone)]
struct Fake(Arc<Mutex<State>>);

impl Fake {
    async fn start() -> (MockServer, Self) {
        let server = MockServer::start().await;
        let fake = Self(Arc::default());
        fake.with(|state| {
            state.uri = server.uri();
            state.token_life = 300;
        });
        Mock::given(wiremock::matchers::any())
            .respond_with(fake.clone())
            .mount(&server)
            .await;
        (server, fake)
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap())
    }

    /// Reports an event about this subject, signed with this key.
    fn report(&self, jti: &str, key: &TestKey, event: &str, subject: &Value, at: i64) {
        let iss = self.with(|state| state.uri.clone());
        let claims = json!({
            "iss": iss, "aud": CLIENT, "iat": at, "jti": jti, "sub_id": subject,
            "events": {
                format!("https://schemas.openid.net/secevent/{event}"): { "event_timestamp": at },
            },
        });
        let header = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": "one" });
        let set = key.sign(&header.to_string(), &claims.to_string());
        self.with(|state| state.events.push((jti.to_owned(), set)));
    }

    fn end_session(&self, jti: &str, sid: &str) {
        let subject = json!({ "format": "complex", "session": { "format": "opaque", "id": sid } });
        self.report(jti, &ONE, "caep/event-type/session-revoked", &subject, NOW);
    }

    /// Waits until a condition holds.
    async fn until(&self, condition: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        while !self.with(|state| condition(state)) {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "nothing happened"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Respond for Fake {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().unwrap();
        let path = request.url.path();
        if let Some(answer) = state.issuer(path) {
            return answer;
        }
        if state.is_cut {
            return ResponseTemplate::new(503);
        }
        if let Some(answer) = state.documents(path, &request.body) {
            return answer;
        }
        let sent = request.headers.get("authorization").unwrap();
        if !state.tokens.contains(sent.to_str().unwrap()) {
            return ResponseTemplate::new(401);
        }
        if path == "/ssf/streams" {
            return state.streams(request);
        }
        let body = serde_json::from_slice(&request.body).unwrap();
        state.poll(path.strip_prefix("/ssf/poll/").unwrap(), &body)
    }
}

fn json(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

impl State {
    /// Answers what is not cut.
    fn issuer(&self, path: &str) -> Option<ResponseTemplate> {
        let uri = &self.uri;
        Some(match path {
            "/.well-known/openid-configuration" => json(
                200,
                &json!({
                    "issuer": uri, "jwks_uri": format!("{uri}/jwks"),
                    "token_endpoint": format!("{uri}/token"),
                    "introspection_endpoint": format!("{uri}/introspect"),
                }),
            ),
            "/jwks" => ResponseTemplate::new(200).set_body_raw(jwks(&[&ONE]), "application/json"),
            "/introspect" => json(
                200,
                &json!({
                    "active": true, "sub": "alice", "client_id": "tasks-web", "jti": "t1",
                    "aud": [AUDIENCE], "iss": uri, "roles": ["less"],
                }),
            ),
            _ => return None,
        })
    }

    fn documents(&mut self, path: &str, body: &[u8]) -> Option<ResponseTemplate> {
        let uri = &self.uri;
        Some(match path {
            "/.well-known/ssf-configuration" if self.is_absent => ResponseTemplate::new(404),
            "/.well-known/ssf-configuration" => json(
                200,
                &json!({
                    "issuer": uri, "configuration_endpoint": format!("{uri}/ssf/streams"),
                    "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
                }),
            ),
            "/token" if self.refuses_client => json(400, &json!({ "error": "invalid_scope" })),
            "/token" => {
                let scope = b"grant_type=client_credentials&scope=ssf.manage+ssf.read";
                assert_eq!(body, scope);
                let token = format!("token-{}", self.tokens.len());
                self.tokens.insert(format!("Bearer {token}"));
                let life = self.token_life;
                json(200, &json!({ "access_token": token, "expires_in": life }))
            }
            _ => return None,
        })
    }

    fn streams(&mut self, request: &Request) -> ResponseTemplate {
        if request.method.as_str() == "DELETE" {
            let stream = request.url.query().unwrap();
            let stream = stream.strip_prefix("stream_id=").unwrap();
            assert!(self.streams.remove(stream));
            self.deleted += 1;
            return ResponseTemplate::new(204);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["delivery"]["method"], "urn:ietf:rfc:8936");
        let id = format!("s{}", self.created);
        self.created += 1;
        self.streams.insert(id.clone());
        // A new stream begins with the revocations of the last life of a token.
        self.acked.clear();
        let delivery = json!({ "endpoint_url": format!("{}/ssf/poll/{id}", self.uri) });
        json(201, &json!({ "stream_id": id, "delivery": delivery }))
    }

    fn poll(&mut self, id: &str, body: &Value) -> ResponseTemplate {
        if !self.streams.contains(id) {
            return ResponseTemplate::new(404);
        }
        self.polls += 1;
        self.immediate += usize::from(body["returnImmediately"] == true);
        for ack in body["ack"].as_array().into_iter().flatten() {
            self.acked.insert(ack.as_str().unwrap().to_owned());
        }
        for (jti, error) in body["setErrs"].as_object().into_iter().flatten() {
            self.acked.insert(jti.clone());
            self.errors.insert(jti.clone(), error.clone());
        }
        let open = self.events.iter();
        let open = open.filter(|(jti, _)| !self.acked.contains(jti));
        let sets: BTreeMap<&String, &String> =
            open.clone().take(2).map(|(jti, set)| (jti, set)).collect();
        let more = open.count() > sets.len();
        let answer = json(200, &json!({ "sets": sets, "moreAvailable": more }));
        let wait = if sets.is_empty() && body["returnImmediately"] == false {
            LONG_POLL
        } else {
            Duration::from_millis(1)
        };
        answer.set_delay(wait + self.delay)
    }
}

struct Guard {
    access: Access,
    clock: Arc<TestClock>,
    token: String,
}

impl Guard {
    fn new(server: &MockServer, when_cut: WhenCut) -> Self {
        let clock = TestClock::new();
        let client = SignalsClient {
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.to_owned(),
        };
        let introspection = IntrospectionClient {
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.to_owned(),
        };
        let access = Access::builder(server.uri(), AUDIENCE)
            .clock(clock.clone())
            .signals(Signals::with(client, when_cut, 30, 300))
            .introspection(introspection)
            .build()
            .unwrap();
        let token = ONE.access_token(&claims_with(&json!({ "iss": server.uri() })));
        Self {
            access,
            clock,
            token,
        }
    }

    async fn call(&self) -> Result<Vec<String>, AuthError> {
        let found = self.access.authenticate(&self.token).await;
        found.map(|principal| principal.roles.clone())
    }

    fn signals(&self) -> &Signals {
        self.access.signals().unwrap()
    }

    async fn until_current(&self) {
        let begun = Instant::now();
        while !self.signals().is_current(self.clock.now()) {
            assert!(begun.elapsed() < Duration::from_secs(20), "never current");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn revoked(because: RevokedBecause) -> Result<Vec<String>, AuthError> {
    Err(AuthError::Invalid(TokenRejection::Revoked(because)))
}

#[tokio::test]
async fn session_ends_while_its_token_is_cached() {
    let (server, fake) = Fake::start().await;
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    guard.until_current().await;
    assert_eq!(guard.call().await.unwrap(), ["developer"]);
    // Other sessions, more than one answer holds, twice.
    for number in 0..5 {
        fake.end_session(&format!("e{number}"), &format!("other-{number}"));
    }
    fake.end_session("mine", "s1");
    fake.until(|state| state.acked.len() == 6).await;
    assert_eq!(guard.call().await, revoked(RevokedBecause::SessionEnded));
    assert_eq!(guard.signals().len(), 6);
    // A poll without events is long, all others are not.
    let (polls, immediate) = fake.with(|state| (state.polls, state.immediate));
    assert!(immediate < polls, "{immediate} of {polls}");
    listener.stop().await;
    let deleted = fake.with(|state| (state.created, state.deleted, state.streams.len()));
    assert_eq!(deleted, (1, 1, 0));
}

/// A guard that starts knows the revocations of the last life of a token.
#[tokio::test]
async fn start_reads_what_was_revoked_before() {
    let (server, fake) = Fake::start().await;
    for number in 0..5 {
        fake.end_session(&format!("e{number}"), &format!("other-{number}"));
    }
    fake.end_session("mine", "s1");
    let guard = Guard::new(&server, WhenCut::Reject);
    let retry = AuthError::Unavailable { retry_after: 1 };
    assert_eq!(guard.call().await, Err(retry), "nothing is known yet");
    assert_eq!(guard.signals().age(NOW), None);
    let listener = guard.access.listen().unwrap();
    guard.until_current().await;
    assert_eq!(guard.call().await, revoked(RevokedBecause::SessionEnded));
    listener.stop().await;
}

#[tokio::test]
async fn cut_is_followed_by_the_choice() {
    for when_cut in [WhenCut::Continue, WhenCut::Introspect, WhenCut::Reject] {
        let (server, fake) = Fake::start().await;
        let guard = Guard::new(&server, when_cut);
        let listener = guard.access.listen().unwrap();
        guard.until_current().await;
        fake.with(|state| state.is_cut = true);
        // The latest answer may still be on its way.
        tokio::time::sleep(4 * LONG_POLL).await;
        guard.clock.advance(30);
        assert_eq!(guard.call().await.unwrap(), ["developer"]);
        guard.clock.advance(1);
        assert_eq!(guard.signals().age(guard.clock.now()), Some(31));
        let answer = guard.call().await;
        match when_cut {
            WhenCut::Continue => assert_eq!(answer.unwrap(), ["developer"]),
            WhenCut::Introspect => assert_eq!(answer.unwrap(), ["less"]),
            WhenCut::Reject => {
                assert_eq!(answer, Err(AuthError::Unavailable { retry_after: 1 }));
            }
        }
        fake.end_session("mine", "s1");
        let begun = Instant::now();
        fake.with(|state| state.is_cut = false);
        fake.until(|state| state.acked.contains("mine")).await;
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(guard.call().await, revoked(RevokedBecause::SessionEnded));
        // The stream is the same.
        assert_eq!(fake.with(|state| state.created), 1);
        listener.stop().await;
    }
}

#[tokio::test]
async fn ended_stream_is_replaced() {
    let (server, fake) = Fake::start().await;
    let guard = Guard::new(&server, WhenCut::Reject);
    let listener = guard.access.listen().unwrap();
    guard.until_current().await;
    fake.with(|state| state.streams.clear());
    fake.end_session("mine", "s1");
    fake.until(|state| state.created == 2 && state.acked.contains("mine"))
        .await;
    guard.until_current().await;
    assert_eq!(guard.call().await, revoked(RevokedBecause::SessionEnded));
    listener.stop().await;
}

#[tokio::test]
async fn expired_access_token_is_renewed() {
    let (server, fake) = Fake::start().await;
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    guard.until_current().await;
    // By its time, and because the issuer says so.
    guard.clock.advance(280);
    fake.until(|state| state.tokens.len() == 2).await;
    fake.with(|state| {
        state.tokens.clear();
        state.tokens.insert("Bearer none".to_owned());
    });
    fake.end_session("mine", "s1");
    fake.until(|state| state.acked.contains("mine")).await;
    assert_eq!(fake.with(|state| state.created), 1);
    listener.stop().await;
}

/// Events with wrong signatures or contents are reported, and the others count.
#[tokio::test]
async fn bad_events_are_reported() {
    let (server, fake) = Fake::start().await;
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    let session = json!({ "format": "complex", "session": { "format": "opaque", "id": "s1" } });
    let revoke = "caep/event-type/session-revoked";
    fake.report("forged", &TWO, revoke, &session, NOW);
    fake.report("mail", &ONE, revoke, &json!({ "format": "email" }), NOW);
    fake.report("other", &ONE, revoke, &session, NOW - 1);
    fake.with(|state| state.events.last_mut().unwrap().0 = "renamed".to_owned());
    fake.until(|state| state.errors.len() == 3).await;
    let codes = fake.with(|state| {
        let errors = state.errors.iter();
        errors
            .map(|(jti, error)| (jti.clone(), error["err"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    });
    let expected = [
        ("forged", "invalid_key"),
        ("mail", "invalid_request"),
        ("renamed", "invalid_request"),
    ];
    let expected = expected.map(|(jti, code)| (jti.to_owned(), code.to_owned()));
    assert_eq!(codes, expected);
    assert_eq!(guard.call().await.unwrap(), ["developer"]);
    // Events of the same subject, out of order and again.
    fake.report(
        "late",
        &ONE,
        "risc/event-type/sessions-revoked",
        &user(&server),
        NOW - 100,
    );
    fake.report(
        "new",
        &ONE,
        "risc/event-type/account-disabled",
        &user(&server),
        NOW,
    );
    fake.report(
        "old",
        &ONE,
        "risc/event-type/sessions-revoked",
        &user(&server),
        NOW - 50,
    );
    fake.until(|state| state.acked.contains("old")).await;
    assert_eq!(guard.call().await, revoked(RevokedBecause::AccountDisabled));
    listener.stop().await;
}

fn user(server: &MockServer) -> Value {
    json!({ "format": "iss_sub", "iss": server.uri(), "sub": "alice" })
}

#[tokio::test]
async fn slow_answers_are_awaited() {
    let (server, fake) = Fake::start().await;
    fake.with(|state| state.delay = Duration::from_millis(300));
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    fake.end_session("mine", "s1");
    fake.until(|state| state.acked.contains("mine")).await;
    assert_eq!(guard.call().await, revoked(RevokedBecause::SessionEnded));
    listener.stop().await;
}

/// Without a transmitter, and without permission, a service goes on as before.
#[tokio::test]
async fn service_without_signals_goes_on() {
    let (server, fake) = Fake::start().await;
    fake.with(|state| state.is_absent = true);
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    let begun = Instant::now();
    while guard.signals().is_offered() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(guard.call().await.unwrap(), ["developer"]);
    listener.stop().await;

    fake.with(|state| (state.is_absent, state.refuses_client) = (false, true));
    let guard = Guard::new(&server, WhenCut::Continue);
    let listener = guard.access.listen().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(guard.call().await.unwrap(), ["developer"]);
    assert_eq!(guard.signals().age(NOW), None);
    fake.with(|state| state.refuses_client = false);
    guard.until_current().await;
    assert!(guard.signals().is_offered());
    listener.stop().await;
}

#[tokio::test]
async fn authenticator_without_signals_does_not_listen() {
    let access = Access::builder("https://id.example", AUDIENCE).build();
    let access = access.unwrap();
    assert!(access.listen().is_none());
    let found = access.receive_event("").await;
    assert_eq!(found, Err(ReceiveError::NotListening));
}
