//! Tests of traces: the spans of each request, the absence of user data and secrets in them, and
//! that no request waits for the collector.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_testkit::collector::Collector;
use doorward_testkit::stack;
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

use crate::support::{EVERYTHING, text, tokens};

const ENDPOINT: &str = "DOORWARD__TELEMETRY__OTLP_ENDPOINT";
/// The IDs in the examples of W3C Trace Context.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn traced(backend: Backend, check: impl AsyncFnOnce(&Stack, &Collector)) {
    let collector = Collector::start();
    let endpoint = collector.endpoint.clone();
    stack::run_with(backend, &[(ENDPOINT, &endpoint)], async |stack: &Stack| {
        check(stack, &collector).await;
    });
}

#[test]
fn ob_2_span_describes_request_and_response_sqlite_memory() {
    traced(Backend::SqliteMemory, span);
}

#[test]
fn ob_2_span_describes_request_and_response_postgres_redis() {
    traced(Backend::PostgresRedis, span);
}

#[test]
fn ob_2_no_span_holds_secret_or_user_sqlite_memory() {
    traced(Backend::SqliteMemory, no_user_data);
}

#[test]
fn ob_2_no_span_holds_secret_or_user_postgres_redis() {
    traced(Backend::PostgresRedis, no_user_data);
}

#[test]
fn ob_2_requests_do_not_wait_for_collector() {
    let closed = "http://127.0.0.1:9".to_owned();
    for endpoint in [Collector::start_dumb(), closed] {
        let settings = [(ENDPOINT, endpoint.as_str())];
        stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
            let agent = UserAgent::new();
            let start = Instant::now();
            // Longer than the interval between two exports, so that requests arrive during an
            // export.
            while start.elapsed() < Duration::from_secs(3) {
                let asked = Instant::now();
                assert_eq!(agent.get(stack.at("/login")).await.status, 200);
                assert!(asked.elapsed() < Duration::from_secs(2), "{endpoint}");
            }
        });
    }
}

async fn ask(stack: &Stack, path: &str, traceparent: &str) -> u16 {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at(path));
    let response = agent.send(request.header("traceparent", traceparent)).await;
    response.status
}

async fn span(stack: &Stack, collector: &Collector) {
    let sent = format!("00-{TRACE}-{PARENT}-01");
    let not_wanted = format!("00-{TRACE}-{PARENT}-00");
    assert_eq!(ask(stack, "/oauth2/jwks?quiet", &not_wanted).await, 200);
    assert_eq!(
        ask(stack, "/.well-known/openid-configuration", &sent).await,
        200
    );
    assert_eq!(ask(stack, "/no-such-page", &sent).await, 404);
    assert_eq!(ask(stack, "/login", "00-nonsense-01").await, 200);

    // In the order of the responses; the request that its sender does not sample has no span.
    let span = collector.wait_for(|span| span.trace == TRACE);
    assert_eq!(span.name, "GET /.well-known/openid-configuration");
    assert_eq!(
        (span.parent.as_str(), span.kind, span.status),
        (PARENT, 2, 0)
    );
    assert!(span.id.len() == 16 && span.id != PARENT, "{}", span.id);
    let second = 1_000_000_000;
    assert!(span.start <= span.end && span.end - span.start < 60 * second);
    let now = u64::try_from(stack.clock.now()).expect("a time");
    assert_eq!(span.start / second, now);
    let says = |name: &str| span.attributes.get(name).map(String::as_str);
    assert_eq!(
        says("http.route"),
        Some("/.well-known/openid-configuration")
    );
    assert_eq!(says("http.request.method"), Some("GET"));
    assert_eq!(says("http.response.status_code"), Some("200"));
    assert!(says("doorward.statements").is_some());
    assert!(says("doorward.request_id").is_some_and(|id| !id.is_empty()));
    let resource = |name: &str| span.resource.get(name).map(String::as_str);
    assert_eq!(resource("service.name"), Some("doorward"));
    assert_eq!(resource("service.version"), Some(env!("CARGO_PKG_VERSION")));

    let lost = collector.wait_for(|span| span.trace == TRACE);
    assert_eq!(lost.name, "GET");
    assert_eq!(lost.attributes.get("http.route"), None);
    assert_eq!(lost.attributes["http.response.status_code"], "404");

    let own = collector.wait_for(|span| span.name == "GET /login");
    assert!(own.trace != TRACE && own.parent.is_empty(), "{own:?}");
}

async fn no_user_data(stack: &Stack, collector: &Collector) {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", EVERYTHING)
        .with("login_hint", "hint-canary@example.org");
    let code = request.complete(&agent, "alice").await.code();
    let json = tokens(&stack.exchange(client, &code).await);
    let refresh = text(&json, "refresh_token");
    let next = tokens(&stack.refresh(client, &refresh).await);
    let page = stack.exchange(client, "code-canary").await;
    assert_eq!(page.status, 400);
    assert_eq!(agent.get(stack.at("/account/profile")).await.status, 200);
    assert_eq!(
        agent
            .get(stack.at("/path-canary?q=query-canary"))
            .await
            .status,
        404
    );

    let sent = format!("00-{TRACE}-{PARENT}-01");
    assert_eq!(ask(stack, "/livez", &sent).await, 200);
    collector.wait_for(|span| span.trace == TRACE);
    let everything = collector.everything();
    // The search works: these texts are found.
    assert!(everything.contains("POST /oauth2/token"), "{everything}");
    assert!(everything.contains("GET /account/profile"), "{everything}");
    let id_token = text(&json, "id_token");
    let access = text(&json, "access_token");
    let successor = text(&next, "refresh_token");
    let secret = client.secret.as_deref().expect("a secret");
    for canary in [
        PASSWORD,
        "alice",
        "canary",
        "example.org",
        "127.0.0.1:",
        &code,
        &refresh,
        &successor,
        &access,
        &id_token,
        secret,
        &client.id,
    ] {
        let heads = everything.replace(&collector.endpoint["http://".len()..], "");
        assert!(!heads.contains(canary), "{canary}");
    }
}
